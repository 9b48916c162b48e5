import type { Declared, DeclaredFunction, DeclaredWrapper, Export } from '../model/declared.ts'
import type { Imported, SourceModule } from '../syntax/imported.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'

/**
 * What the user has declared, as modules that stand for it: a wrapper that hands on what was declared, a function that reads or answers.
 * They are followed like modules of the project, so that declared and visible code have the same meaning, and are never written.
 */
export interface DeclaredModules {
  /** The module that stands for an import, by its specifier or by the project file that this means; null for what is not declared. */
  find(imported: Imported, path: string | null): SourceModule | null
}

export function createDeclaredModules({ functions, wrappers }: Declared): DeclaredModules {
  const modules = new Map<string, SourceModule>()
  for (const one of functions) modules.set(keyOf(one), moduleOf(one, functionText(one), one.becomes ?? one))
  for (const one of wrappers) modules.set(keyOf(one), moduleOf(one, wrapperText(one), one.becomes))
  return {
    find: ({ source, name }, path) =>
      modules.get(keyOf({ name, from: source })) ??
      (path === null ? null : (modules.get(keyOf({ name, from: `./${path}` })) ?? null)),
  }
}

const keyOf = ({ name, from }: Export): string => `${from}\n${name}`

function moduleOf({ name, from }: Export, text: string, becomes: Export): SourceModule {
  const path = `${from}#${name} (routeshift.config).js`
  const file = parseSource(path, text)
  if (isParseFailure(file)) throw new Error(`the module that stands for ${name} of ${from} does not parse`)
  return { path, file, tree: analyseScopes(file.ast), standsFor: { name, from, becomes } }
}

function functionText({ name, takes, answers }: DeclaredFunction): string {
  const params = takes.map((role, index) => (role === 'value' ? `value${index}` : role)).join(', ')
  const body = answers === 'always' ? 'return res.status(status()).end()' : 'return read(req.headers.host)'
  return `${exported(name)}${params}) {\n  ${body}\n}\n`
}

function wrapperText({ name, handler = 0, curried, injects = [], sets = [] }: DeclaredWrapper): string {
  const before = Array.from({ length: handler }, (_, index) => `option${index}, `).join('')
  const set = sets.map((property) => `    req.${property} = find()\n`).join('')
  const given = ['req', 'res', ...injects.map((_, index) => `find(${index})`)].join(', ')
  const wrap = `async (req, res) => {\n${set}    return handler(${given})\n  }`
  return curried
    ? `${exported(name)}...options) {\n  return (${before}handler) => ${wrap}\n}\n`
    : `${exported(name)}${before}handler) {\n  return ${wrap}\n}\n`
}

/** The head of a function up to its parameters. */
function exported(name: string): string {
  return name === 'default' ? 'export default function declared(' : `export function ${name}(`
}
