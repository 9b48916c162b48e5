// Loaded before the program (`node --import`): counts what it does to the disk, and ends the process without warning before
// operation KILL_AT. Without KILL_AT the count is written to COUNT_TO at the end.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const at = Number(process.env.KILL_AT ?? 0)
const append = fs.appendFileSync
let count = 0
const operations = [
  'openSync',
  'writeFileSync',
  'fsyncSync',
  'chmodSync',
  'renameSync',
  'unlinkSync',
  'rmSync',
  'mkdirSync',
  'rmdirSync',
  'linkSync',
]
for (const name of operations) {
  const real = fs[name]
  fs[name] = (...args) => {
    count += 1
    if (count === at) process.kill(process.pid, 'SIGKILL')
    return real(...args)
  }
}
syncBuiltinESMExports()
process.on('exit', () => {
  if (process.env.COUNT_TO) append(process.env.COUNT_TO, `${count}\n`)
})
