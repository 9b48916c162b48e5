import { killMany } from './kill.ts'

/** `npm run safety -- [--kills 500] [--routes 24] [--seed 1]`: how safe a tree is while routeshift writes (kill.ts). */
const args = process.argv.slice(2)
const numberOf = (name: string, otherwise: number): number => {
  const at = args.indexOf(name)
  return at >= 0 ? Number(args[at + 1]) : otherwise
}

const tally = killMany({
  root: process.cwd(),
  kills: numberOf('--kills', 500),
  routes: numberOf('--routes', 24),
  seed: numberOf('--seed', 1),
})
const { run, undo, before, after, between, operations } = tally
console.log(
  `${run} runs (of ${operations.run} operations on the disk) and ${undo} undos (of ${operations.undo}) were killed.`,
)
console.log(`They left the tree as before ${before} times, as after ${after} times, between ${between} times.`)
console.log('Each time routeshift undo restored it to the byte, and another run did what was left.')
