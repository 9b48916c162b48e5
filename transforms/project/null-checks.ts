import type { FileChange } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import type { NextApp } from '../model/project.ts'
import { aboutFile } from './diagnostics.ts'
import { asObject, parseJsonc } from './jsonc.ts'
import { readOrEmpty } from './manifests.ts'
import type { MovedFile } from './old-paths.ts'

/**
 * Where app/ stands beside pages/ for the first time, Next itself writes into tsconfig.json: its types and its plugin, and
 * `"strictNullChecks": true` unless that is stated or `strict` is on (next@13.5.11 to 16.4.3, dist/lib/typescript/writeConfigurationDefaults.js).
 * Code that was not written for that check would no longer build: what holds today is stated.
 */
export function keepNullChecks(
  host: Host,
  apps: readonly NextApp[],
  moved: readonly MovedFile[],
): { changes: FileChange[]; notes: Diagnostic[] } {
  const gone = new Set(moved.map(({ from }) => from))
  const changes: FileChange[] = []
  const notes: Diagnostic[] = []
  for (const { appDirExists, config, pagesDir } of apps) {
    if (appDirExists || config?.kind !== 'tsconfig') continue
    const { path } = config
    const before = readOrEmpty(host, path)
    if (!before.includes('.next/types')) notes.push(aboutFile(path, 'PA030', 'note', { file: path }))
    const own = asObject(asObject(parseJsonc(before)).compilerOptions)
    const isOpen = !config.strictNullChecks && own.strictNullChecks === undefined
    if (!isOpen || host.list([`${pagesDir}/**`]).every((file) => gone.has(file))) continue
    const after = host.real(path) === path ? withoutNullChecks(before) : null
    notes.push(aboutFile(path, after === null ? 'PA029' : 'PA028', after === null ? 'review' : 'note', { file: path }))
    if (after !== null) changes.push({ kind: 'edit', path, before, after })
  }
  return { changes, notes }
}

/** Below `strict` where that is off, else as the first of the options; null where the text would say anything else too. */
function withoutNullChecks(text: string): string | null {
  const line = '"strictNullChecks": false'
  const strict = /(?:\n([ \t]*))?"strict"\s*:\s*false/.exec(text)
  const options = /"compilerOptions"\s*:\s*\{(\s*)(?=")/.exec(text)
  const indent = strict?.[1]
  const after = strict
    ? insert(text, strict.index + strict[0].length, `,${indent === undefined ? ' ' : lineEnd(text) + indent}${line}`)
    : options && insert(text, options.index + options[0].length, `${line},${options[1] === '' ? ' ' : options[1]}`)
  return after && isOnlyAddition(text, after) ? after : null
}

function insert(text: string, at: number, more: string): string {
  return text.slice(0, at) + more + text.slice(at)
}

const lineEnd = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')

function isOnlyAddition(before: string, after: string): boolean {
  const old = asObject(parseJsonc(before))
  const compilerOptions = { ...asObject(old.compilerOptions), strictNullChecks: false }
  return isSame({ ...old, compilerOptions }, asObject(parseJsonc(after)))
}

/** Whatever the order of the keys of the options. */
function isSame(a: object, b: object): boolean {
  return sorted(a) === sorted(b)
}

function sorted(value: object): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
