import type { Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import { positionOf } from '../syntax/lines.ts'
import { compileGlobs } from './glob.ts'
import { asObject, asStrings, parseJsonc } from './jsonc.ts'
import { readOrEmpty } from './manifests.ts'
import { dirOf, joinPath, nameOf } from './paths.ts'
import type { SourceCollector } from './scan.ts'

/** A route file and what took its place. */
export interface MovedFile {
  from: string
  to: string
}

/** Files whose strings may say which files something is about: owners, linters, type checks, coverage, stories, pipelines. */
const SETTINGS = [
  '**/CODEOWNERS',
  '**/{tsconfig,jsconfig}*.json',
  '**/.eslintrc*',
  '**/.prettierrc*',
  '**/.lintstagedrc*',
  '**/.oxlintrc.json',
  '**/.storybook/*',
  '**/*.config.{js,cjs,mjs,ts,cts,mts}',
  '**/{package,project,nx,turbo,biome,knip,vercel,now,typedoc,nyc,next-swagger-doc,renovate,codecov}.{json,jsonc}',
  '**/{codecov,.codecov,serverless,renovate,.gitlab-ci,azure-pipelines,bitbucket-pipelines}.{yml,yaml}',
  '**/sonar-project.properties',
  '**/.*ignore',
  '.github/**/*.{yml,yaml}',
  '.circleci/**/*.{yml,yaml}',
]

/** Names of files in code are in quotes, those of owners and pipelines often are not. */
const QUOTED = /(['"`])((?:(?!\1)[^\n\\])*?\bpages(?:(?!\1)[^\n\\])*)\1/g
const BARE = /(?:\{[^{}\s'"`]*\}|[^\s'"`,={}])*\bpages\/(?:\{[^{}\s'"`]*\}|[^\s'"`,={}])*/g
const MOST_LENGTH = 200
const MOST_STARS = 6

/** Finds the sources that set up an API description from comments in files: `apiFolder`, `apis`. */
export function createApiDocCollector(): SourceCollector & { paths: string[] } {
  const paths: string[] = []
  return {
    paths,
    visit(path, text) {
      if (/\bapiFolder\b|swagger|openapi/i.test(text) && /['"`/]pages\//.test(text)) paths.push(path)
    },
  }
}

/**
 * Where settings name files that have moved, by path or by pattern, and do not name what took their place. Told and not changed: what
 * they mean for the new place is not ours to say. `texts` are those of files that this run changes.
 */
export function findOldPaths(
  host: Host,
  moved: readonly MovedFile[],
  more: { sources: readonly string[]; texts: ReadonlyMap<string, string> },
): Diagnostic[] {
  if (moved.length === 0) return []
  const gone = new Set(moved.map(({ from }) => from))
  const files = [...new Set([...host.list(SETTINGS), ...more.sources])].filter((path) => !gone.has(path)).sort()
  return files.flatMap((file) => {
    const text = more.texts.get(file) ?? readOrEmpty(host, file)
    if (!text.includes('pages')) return []
    const seen = new Set<string>()
    return listNames(file, text).flatMap(({ name, start }): Diagnostic[] => {
      const count = seen.has(name) ? 0 : countMoved(name, file, moved)
      seen.add(name)
      if (count === 0) return []
      const span = { file, start, end: start + name.length, ...positionOf(text, start) }
      return [{ code: 'PA445', level: 'review', span, data: { file, name, count } }]
    })
  })
}

function listNames(file: string, text: string): { name: string; start: number }[] {
  if (isTypeScriptConfig(file)) return listIncluded(text)
  const isCode = /\.(?:[cm]?[jt]sx?|jsonc?)$|\.(?:eslintrc|prettierrc|lintstagedrc)$/.test(file)
  const found = isCode
    ? Array.from(text.matchAll(QUOTED), (match) => ({ name: match[2] ?? '', start: match.index + 1 }))
    : Array.from(text.matchAll(BARE), (match) => {
        const opened = /^[[(]+(?=[^\])]*\/)/.exec(match[0])?.[0].length ?? 0
        return { name: withoutClosing(match[0].slice(opened)), start: match.index + opened }
      })
  return found.filter(({ name, start }) => name.includes('/') && isPathLike(name) && !isComment(text, start))
}

/** Of a list in brackets, not of `[id]`. */
function withoutClosing(name: string): string {
  const isOpened = (name.match(/[[(]/g)?.length ?? 0) >= (name.match(/[\])]/g)?.length ?? 0)
  return isOpened || !/[\])]$/.test(name) ? name : withoutClosing(name.slice(0, -1))
}

/** Not its aliases: imports by way of them are followed. The word alone is a folder here. */
function listIncluded(text: string): { name: string; start: number }[] {
  const { include, files, exclude } = asObject(parseJsonc(text))
  return [include, files, exclude].flatMap(asStrings).flatMap((name) => {
    const start = text.indexOf(JSON.stringify(name)) + 1
    return isPathLike(name) && start > 0 ? [{ name, start }] : []
  })
}

const isTypeScriptConfig = (file: string): boolean => /^(?:ts|js)config[^/]*\.json$/.test(nameOf(file))

function isPathLike(name: string): boolean {
  return name.length <= MOST_LENGTH && !/\s/.test(name) && (name.match(/\*+/g)?.length ?? 0) <= MOST_STARS
}

function isComment(text: string, start: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  return /^\s*(?:#|\/\/|\*\s)/.test(line)
}

function countMoved(name: string, file: string, moved: readonly MovedFile[]): number {
  const plain = name
    .replace(/^!/, '')
    .replace(/^<rootDir>/, '')
    .replace(/\/+$/, '')
  // `/pages` is below the folder of an ignore file, and below the top for owners.
  const tests = [dirOf(file), ''].flatMap((base) => {
    const path = joinPath(base, plain)
    return path === null ? [] : [covers(path)]
  })
  return Math.max(0, ...tests.map((test) => moved.filter(({ from, to }) => test(from) && !test(to)).length))
}

/** A file, a folder, or a pattern of them. */
function covers(name: string): (path: string) => boolean {
  const matches = /[*{?]/.test(name) ? compileGlobs([name, `${name}/**`]) : null
  return (path) => path === name || path.startsWith(`${name}/`) || (matches?.(path) ?? false)
}
