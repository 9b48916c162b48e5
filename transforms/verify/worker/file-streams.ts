import { Readable, Writable } from 'node:stream'
import { digest } from './draw.ts'
import { drawOutcome, makeError } from './outcome.ts'
import type { World } from './world.ts'

/** `fs.createReadStream`: a real stream, since it is piped to what is real; its bytes and its failure are the scenario's. */
export function openReadStream(world: World, args: readonly unknown[]): Readable {
  const { key } = world.record('fs.createReadStream', args, 'fs.createReadStream')
  const outcome = drawOutcome(world, 'fs.createReadStream', key)
  return new Readable({
    read() {
      world.activity += 1
      if (outcome === 'throw') this.destroy(makeError(world, 'fs.createReadStream', key))
      else {
        if (outcome !== 'nothing') this.push(`bytes of ${digest(key)}`)
        this.push(null)
      }
    },
  })
}

/** `fs.createWriteStream`: what was written is recorded when it ends. */
export function openWriteStream(world: World, args: readonly unknown[]): Writable {
  world.record('fs.createWriteStream', args, 'fs.createWriteStream')
  const chunks: Buffer[] = []
  return new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
    final(done) {
      world.record('fs.createWriteStream().end', [Buffer.concat(chunks)], 'fs.createWriteStream().end')
      done()
    },
  })
}
