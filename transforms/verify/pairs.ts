/**
 * A small set of rows in which every pair of values of two columns is there at least once. `sizes`: how many values each column has.
 * Greedy and deterministic: each row begins with the first pair that is missing and takes, column by column, what covers most.
 */
export function coverPairs(sizes: readonly number[], most: number): number[][] {
  const missing = new Set<string>()
  sizes.forEach((size, a) => {
    for (let b = a + 1; b < sizes.length; b++)
      for (let i = 0; i < size; i++) for (let j = 0; j < (sizes[b] ?? 0); j++) missing.add(pairId(a, i, b, j))
  })
  const rows: number[][] = []
  while (missing.size > 0 && rows.length < most) {
    const [first = ''] = missing
    const [a = 0, i = 0, b = 0, j = 0] = first.split(' ').map(Number)
    const row: (number | null)[] = sizes.map((_size, column) => (column === a ? i : column === b ? j : null))
    sizes.forEach((size, column) => {
      if (row[column] !== null) return
      let best = 0
      let covers = -1
      for (let value = 0; value < size; value++) {
        const found = countCovered(row, column, value, missing)
        if (found > covers) [best, covers] = [value, found]
      }
      row[column] = best
    })
    const full = row.map((value) => value ?? 0)
    full.forEach((value, column) => {
      for (let other = column + 1; other < full.length; other++)
        missing.delete(pairId(column, value, other, full[other] ?? 0))
    })
    rows.push(full)
  }
  return rows
}

function countCovered(
  row: readonly (number | null)[],
  column: number,
  value: number,
  missing: ReadonlySet<string>,
): number {
  let found = 0
  row.forEach((other, at) => {
    if (other === null || at === column) return
    const id = at < column ? pairId(at, other, column, value) : pairId(column, value, at, other)
    if (missing.has(id)) found++
  })
  return found
}

function pairId(a: number, i: number, b: number, j: number): string {
  return `${a} ${i} ${b} ${j}`
}
