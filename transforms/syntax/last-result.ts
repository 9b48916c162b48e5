/** Gives the result of the last call again while what it was made of is the same; one result is kept. */
export type LastResult<T> = (madeOf: readonly unknown[], make: () => T) => T

/** What results are made of is compared by identity, text by what it says. */
export function createLastResult<T>(): LastResult<T> {
  let last: { madeOf: readonly unknown[]; result: T } | null = null
  return (madeOf, make) => {
    const before = last
    if (before && before.madeOf.length === madeOf.length && madeOf.every((each, i) => each === before.madeOf[i]))
      return before.result
    const result = make()
    last = { madeOf, result }
    return result
  }
}
