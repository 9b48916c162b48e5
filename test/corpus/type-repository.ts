import { join } from 'node:path'
import ts from 'typescript6'
import type { Host } from '../../transforms/model/host.ts'
import type { FileChange } from '../../transforms/model/change.ts'
import type { Migration } from '../../transforms/model/migration.ts'
import type { NextApp } from '../../transforms/model/project.ts'
import { overlayChanges } from '../../transforms/project/overlay.ts'
import { repositoryRoot } from '../support/fixture.ts'

/** What the type check of one checkout showed. */
export interface RepositoryTypes {
  name: string
  /** Files that the migration writes, and errors in them; those of the files that they come from. */
  files: number
  before: number
  after: number
  /** New errors: `path:line TS2339 message`. */
  fresh: string[]
}

/**
 * Type-checks what a migration writes, and what it was made from, under the app's own strictness and aliases. Packages that are not
 * installed are `any`; Next is the one installed here. An error counts as new when the old files have none of its code and words; one that
 * a parameter has no type, which a function has that an absent package is given, when the old file has fewer such parameters.
 */
export function typeRepository(name: string, host: Host, migration: Migration): RepositoryTypes {
  const result: RepositoryTypes = { name, files: 0, before: 0, after: 0, fresh: [] }
  const after = overlayChanges(host, migration.changes)
  // Tests of a moved route fail until they call its new exports, as the report says of each (PA433, PA595).
  const isTyped = (path: string): boolean => /(?<!\.(?:spec|test))\.[cm]?tsx?$/.test(path)
  for (const app of migration.project.apps) {
    const changes = migration.changes.filter(({ path }) => isInApp(path, app, migration))
    const old = changes.flatMap((c) => (c.before === null ? [] : [c.kind === 'move' ? c.from : c.path])).filter(isTyped)
    const fresh = changes.flatMap(({ path, after: text }) => (text === null ? [] : [path])).filter(isTyped)
    if (fresh.length === 0) continue
    const before = errorsOf(app, host, old)
    const now = errorsOf(app, after, fresh)
    const origins = new Map(changes.flatMap((c) => originOf(c, changes)))
    result.files += fresh.length
    result.before += before.length
    result.after += now.length
    result.fresh.push(...newErrors(before, now, origins).map(({ text }) => text))
  }
  return result
}

/** The file that a new one comes from: where it stood before, or itself. */
function originOf(change: FileChange, changes: readonly FileChange[]): [string, string][] {
  if (change.kind === 'move') return [[change.path, change.from]]
  if (change.kind !== 'create') return [[change.path, change.path]]
  const route = (path: string): string =>
    path.replace(/^(.*?)(?:app|pages)\/api\//, '$1').replace(/(?:\/route|\/index)?\.\w+$/, '')
  const from = changes.find(({ kind, path }) => kind === 'delete' && route(path) === route(change.path))
  return from ? [[change.path, from.path]] : []
}

const untyped = /^TS(?:7006|7031) /

function newErrors(before: readonly Found[], now: readonly Found[], origins: ReadonlyMap<string, string>): Found[] {
  const known = new Set(before.map(({ key }) => key))
  const countIn = (list: readonly Found[], path: string): number =>
    list.filter((one) => one.path === path && untyped.test(one.key)).length
  return now.filter(({ key, path }) => {
    if (known.has(key)) return false
    return !untyped.test(key) || countIn(now, path) > countIn(before, origins.get(path) ?? '')
  })
}

/** Of several apps, the innermost one owns a file. */
function isInApp(path: string, app: NextApp, { project }: Migration): boolean {
  const owners = project.apps.filter(({ root }) => root === '' || path.startsWith(`${root}/`))
  const [owner = project.apps[0]] = owners.sort((a, b) => b.root.length - a.root.length)
  return owner === app
}

interface Found {
  path: string
  key: string
  text: string
}

/** What is missing here, or is no module: packages. */
const absent = new Set([2307, 7016, 2688, 2306, 6305, 2882])

function errorsOf(app: NextApp, host: Host, paths: readonly string[]): Found[] {
  const options = optionsOf(app, host)
  const program = ts.createProgram({
    rootNames: paths.map((path) => join(host.root, path)),
    options,
    host: compilerHost(host, options),
  })
  return paths.flatMap((path) => {
    const file = program.getSourceFile(join(host.root, path))
    if (!file) return []
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].flatMap((found) => {
      if (absent.has(found.code)) return []
      const message = ts.flattenDiagnosticMessageText(found.messageText, ' ')
      const { line } = file.getLineAndCharacterOfPosition(found.start ?? 0)
      return [
        {
          path,
          // The members of a type are listed in no order of their own.
          key: [`TS${found.code}`, ...message.split(/\W+/).sort()].join(' '),
          text: `${path}:${line + 1} TS${found.code} ${message.slice(0, 300)}`,
        },
      ]
    })
  })
}

function optionsOf({ config }: NextApp, host: Host): ts.CompilerOptions {
  const paths = Object.entries(config?.paths ?? {}).map(([pattern, targets]) => [
    pattern,
    targets.map((target) => join(host.root, target)),
  ])
  const isStrict = config?.kind === 'tsconfig' && config.strict
  return {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.es2022.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    jsx: ts.JsxEmit.Preserve,
    types: ['node'],
    typeRoots: [join(repositoryRoot, 'node_modules/@types')],
    paths: Object.fromEntries(paths),
    strict: isStrict,
    noImplicitAny: isStrict || (config?.noImplicitAny ?? false),
    allowJs: true,
    checkJs: false,
    noEmit: true,
    skipLibCheck: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    isolatedModules: true,
    ignoreDeprecations: '6.0',
  }
}

/** Types of what is installed here, parsed once for all programs. */
const installed = new Map<string, ts.SourceFile>()

/** Project files come from the host, everything else from the disk; `next` and `react` from what is installed here. */
function compilerHost(host: Host, options: ts.CompilerOptions): ts.CompilerHost {
  const disk = ts.createCompilerHost(options)
  const own = (path: string): string | null =>
    path.startsWith(`${host.root}/`) && !path.includes('/node_modules/') ? path.slice(host.root.length + 1) : null
  const fileExists = (path: string): boolean => {
    const inside = own(path)
    return inside === null ? disk.fileExists(path) : host.isFile(inside)
  }
  const readFile = (path: string): string | undefined => {
    const inside = own(path)
    return inside === null ? disk.readFile(path) : host.isFile(inside) ? host.read(inside) : undefined
  }
  // Folders that the migration makes are on no disk.
  const { directoryExists: _directoryExists, ...asked } = disk
  const moduleHost: ts.ModuleResolutionHost = { ...asked, fileExists, readFile }
  const here = join(repositoryRoot, 'test/corpus/type-repository.ts')
  return {
    ...disk,
    fileExists,
    readFile,
    getSourceFile: (path, language) => {
      const known = installed.get(path)
      if (known) return known
      const text = readFile(path)
      const file = text === undefined ? undefined : ts.createSourceFile(path, text, language)
      if (file && own(path) === null) installed.set(path, file)
      return file
    },
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const isOurs = /^(?:next|react)(?:\/|$)/.test(text)
        return ts.resolveModuleName(
          text,
          isOurs ? here : from,
          isOurs ? { ...options, paths: {} } : options,
          moduleHost,
        )
      }),
  }
}
