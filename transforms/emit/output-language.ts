import type { Diagnostic } from '../model/diagnostic.ts'
import type { MigrateOptions } from '../model/options.ts'
import type { NextApp, Route } from '../model/project.ts'
import { placeOf } from '../syntax/expansion.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { some } from '../syntax/tree.ts'
import { eraseTypes } from './erase-types.ts'

/** What the new file is written in. */
export interface OutputLanguage {
  typed: boolean
  extension: string
  /** PA431: why it is TypeScript although JavaScript was asked for. */
  note: Diagnostic | null
}

export interface LanguageInput {
  file: SourceFile
  app: NextApp
  route: Route
  lang: MigrateOptions['lang']
  /** Other files import types from it. */
  givesTypes: boolean
}

/** By `--lang`: TypeScript, the language and extension that the file has, or JavaScript where the types can be taken away. */
/**
 * With the first TypeScript file Next writes a tsconfig.json of its own and reads the jsconfig.json no more: its aliases would
 * be gone and the build would fail (measured on next@16.4.3).
 */
function losesAliases(app: NextApp): boolean {
  const { config } = app
  return config?.kind === 'jsconfig' && (config.baseUrl !== null || Object.keys(config.paths).length > 0)
}

export function chooseLanguage(input: LanguageInput): OutputLanguage {
  const { file, lang } = input
  const own = file.path.slice(file.path.lastIndexOf('.') + 1)
  if (lang === 'keep') return { typed: file.language === 'ts', extension: own, note: null }
  if (lang === 'ts' && file.language === 'js' && losesAliases(input.app)) {
    return {
      typed: false,
      extension: own,
      note: { code: 'PA432', level: 'note', span: { file: file.path, start: 0, end: 0, line: 1, column: 1 }, data: {} },
    }
  }
  if (lang === 'ts') return { typed: true, extension: hasJsx(file) ? 'tsx' : 'ts', note: null }
  const extension = ['js', 'jsx'].find((each) => isServed(each, input))
  const found = file.language === 'js' ? null : whyTypeScript(input, extension)
  if (!found) return { typed: false, extension: extension ?? own, note: null }
  const { at, what } = found
  const span = { file: file.path, start: at, end: at, ...placeOf(file, at) }
  return { typed: true, extension: own, note: { code: 'PA431', level: 'note', span, data: { what } } }
}

/** With custom pageExtensions Next looks for `route.api.js` only if they name it. */
function isServed(extension: string, { app, route }: LanguageInput): boolean {
  const [, ...stem] = route.targetStem.split('.')
  return app.pageExtensions.includes([...stem, extension].join('.'))
}

function whyTypeScript(
  { file, givesTypes }: LanguageInput,
  extension: string | undefined,
): { what: string; at: number } | null {
  if (givesTypes) return { what: 'exported type', at: 0 }
  if (extension === undefined) return { what: 'pageExtensions', at: 0 }
  const erased = eraseTypes(file.text, dialectOf(file))
  return 'what' in erased ? erased : null
}

export function dialectOf(file: SourceFile): 'ts' | 'tsx' {
  return file.path.endsWith('x') ? 'tsx' : 'ts'
}

function hasJsx(file: SourceFile): boolean {
  return (
    /<[A-Za-z>]/.test(file.text) && some(file.ast.program, (n) => n.type === 'JSXElement' || n.type === 'JSXFragment')
  )
}
