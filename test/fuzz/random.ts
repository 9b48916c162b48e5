/** A seeded source of choices. */
export interface Random {
  chance: (share: number) => boolean
  pick: <T>(list: readonly [T, ...T[]]) => T
  int: (from: number, to: number) => number
  /** Some of a list, in its order: each with this share. */
  some: <T>(list: readonly T[], share: number) => T[]
}

/** mulberry32 over a mix of the seed and the number of the case, so that case n can be made without the ones before it. */
export function createRandom(seed: number, n: number): Random {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(n + 1, 0xc2b2ae35)) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    chance: (share) => next() < share,
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    some: (list, share) => list.filter(() => next() < share),
  }
}
