import type { RepositoryResult } from './run-repository.ts'

/** The table of a corpus run: a line a repository, totals, codes by count. */
export function tabulate(results: readonly RepositoryResult[]): string {
  const lines = [
    'repository | handlers | migrated | review | adapted | kept | failed | moved',
    '---|---:|---:|---:|---:|---:|---:|---:',
  ]
  const share = (r: RepositoryResult): number =>
    r.handlers === 0 ? 0 : (r.outcomes.migrated + r.outcomes.review) / r.handlers
  for (const r of results)
    lines.push(
      `${r.name} | ${r.handlers} | ${r.outcomes.migrated} | ${r.outcomes.review} | ${r.outcomes.adapted} | ${r.outcomes.kept} | ${r.outcomes.failed} | ${percent(share(r))}`,
    )
  const total = (pick: (r: RepositoryResult) => number): number => results.reduce((sum, r) => sum + pick(r), 0)
  const handlers = total((r) => r.handlers)
  const moved = total((r) => r.outcomes.migrated + r.outcomes.review)
  const withHandlers = results.filter((r) => r.handlers > 0)
  lines.push(
    `all | ${handlers} | ${total((r) => r.outcomes.migrated)} | ${total((r) => r.outcomes.review)} | ${total((r) => r.outcomes.adapted)} | ${total((r) => r.outcomes.kept)} | ${total((r) => r.outcomes.failed)} | ${percent(moved / Math.max(1, handlers))}`,
  )
  lines.push(
    '',
    `moved, all handlers: ${percent(moved / Math.max(1, handlers))}; mean over repositories: ${percent(withHandlers.reduce((sum, r) => sum + share(r), 0) / Math.max(1, withHandlers.length))}`,
  )
  lines.push('', 'first reason of kept routes:', ...counts(results.map((r) => r.reasons)))
  lines.push('', 'codes of moved and kept routes (routes with the code):', ...counts(results.map((r) => r.codes)))
  lines.push('', `CPU: ${Math.round(total((r) => r.milliseconds))} ms`)
  return lines.join('\n')
}

function counts(tables: readonly Record<string, number>[]): string[] {
  const sum: Record<string, number> = {}
  for (const table of tables) for (const [key, n] of Object.entries(table)) sum[key] = (sum[key] ?? 0) + n
  return Object.entries(sum)
    .sort(([, a], [, b]) => b - a)
    .map(([key, n]) => `  ${key} ${n}`)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
