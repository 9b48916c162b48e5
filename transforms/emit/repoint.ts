import { joinPath, relativePath } from '../concerns/module/imports.ts'
import type { ImportEdge } from '../model/project.ts'

/** Where a module was and where what it exported is now. */
export interface Relocation {
  from: string
  to: string
}

export interface RepointInput {
  specifier: string
  /** The file that imports, at the place that it has after the run. */
  importer: string
  relocation: Relocation
  /** Alias patterns of the project, with their targets relative to the root. */
  paths: readonly Readonly<Record<string, readonly string[]>>[]
  /** Resolves in the tree as it is after the run. */
  resolve: (fromFile: string, specifier: string) => string | null
}

const EXTENSION = /\.[cm]?[jt]sx?$/

/** The new specifier in the style of the old: relative stays relative, an alias stays an alias where one leads there. */
export function repoint(input: RepointInput): string {
  const { specifier, importer, relocation, resolve } = input
  const bare = relocation.to.replace(EXTENSION, '')
  const relative = relativePath(dirOf(importer), bare)
  const written = writtenExtension(input)
  if (/^\.\.?(\/|$)/.test(specifier)) return relative + written
  const candidates = [
    substitute(specifier, relocation.from, bare),
    ...input.paths.flatMap((paths) => aliases(paths, bare)),
  ]
  const found = candidates.find((candidate) => candidate !== null && resolve(importer, candidate) === relocation.to)
  return (found ?? relative) + written
}

/** `@/pages/api/x` and `src/pages/api/x` end alike: what is in front of that stands for the same folder. */
function substitute(specifier: string, from: string, to: string): string | null {
  const written = specifier.replace(EXTENSION, '').split('/')
  for (const old of [from.replace(EXTENSION, ''), from.replace(EXTENSION, '').replace(/\/index$/, '')]) {
    const path = old.split('/')
    let same = 0
    while (same < Math.min(written.length, path.length) && written.at(-1 - same) === path.at(-1 - same)) same++
    const dir = path.slice(0, path.length - same).join('/')
    const isBelow = dir === '' || to.startsWith(`${dir}/`)
    if (same > 0 && isBelow)
      return [...written.slice(0, written.length - same), dir === '' ? to : to.slice(dir.length + 1)].join('/')
  }
  return null
}

/** The ways to write a path with the project's aliases, the most specific first. */
function aliases(paths: Readonly<Record<string, readonly string[]>>, to: string): string[] {
  const found: { text: string; length: number }[] = []
  for (const [pattern, targets] of Object.entries(paths)) {
    for (const target of targets) {
      const [before = '', after] = target.split('*')
      if (after !== '' || !to.startsWith(before) || !pattern.endsWith('*')) continue
      found.push({ text: pattern.slice(0, -1) + to.slice(before.length), length: before.length })
    }
  }
  return found.sort((a, b) => b.length - a.length).map(({ text }) => text)
}

/** The extension stays when it was written and still says what is there; `.js` also stands for a .ts file. */
function writtenExtension({ specifier, relocation }: RepointInput): string {
  const written = EXTENSION.exec(specifier)?.[0]
  if (written === undefined || !isFileName(specifier, relocation.from)) return ''
  const [old, now] = [EXTENSION.exec(relocation.from)?.[0], EXTENSION.exec(relocation.to)?.[0]]
  if (written === old) return now === undefined || (now !== old && old === '.js') ? '' : now
  return now === '.ts' || now === '.tsx' ? written : ''
}

/** `feed.js` may be the name of `feed.js.ts`. */
function isFileName(specifier: string, from: string): boolean {
  const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
  return name(from).replace(EXTENSION, '') === name(specifier).replace(EXTENSION, '')
}

/** A file's text with specifiers replaced. Offsets are those of the edges: of the text as it was read. */
export function editSpecifiers(
  text: string,
  edits: readonly { edge: Pick<ImportEdge, 'start' | 'end'>; specifier: string }[],
): string {
  let out = text
  for (const { edge, specifier } of edits.toSorted((a, b) => b.edge.start - a.edge.start)) {
    out = out.slice(0, edge.start) + specifier + out.slice(edge.end)
  }
  return out
}

function dirOf(path: string): string {
  return joinPath(path, '..')
}
