import type * as t from '@babel/types'
import type { Edit } from '../../syntax/edits.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { keyName } from '../../syntax/match.ts'
import { bindingAt, isNameTaken } from '../../syntax/scope.ts'
import { endOf, isPlainFunction, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { REQUEST_HOLDER, RESPONSE_HOLDER } from './holders.ts'
import type { Factory } from './made-handler.ts'
import { type FindFunction, type OptionFunction, optionNamed } from './options.ts'
import { objectOf, type Stands, takesOnlyBoth, usesOf } from './shorthand.ts'

/** What becomes of `createContext`, and what a constant `req` in front of it is. */
export interface ContextEdits {
  edits: readonly Edit[]
  request: string | null
}

export const NOTHING: ContextEdits = { edits: [], request: null }

const STANDS: Stands = { req: `${REQUEST_HOLDER}(request)`, res: `${RESPONSE_HOLDER}(resHeaders)` }

/** `createContext` is handed what stands for req and res. */
export function editContext(
  option: t.ObjectProperty | t.ObjectMethod,
  { factory: { module, fn }, find, tellsInfo }: { factory: Factory; find: FindFunction; tellsInfo: boolean },
): ContextEdits | null {
  const value = option.type === 'ObjectMethod' ? option : option.value
  if (value.type === 'Identifier' || value.type === 'MemberExpression') {
    const target = find(value)
    const [param] = target?.fn.params ?? []
    if (!target || (param && !takesOnlyBoth(param))) return null
    const { text } = module.file
    const name = text.slice(startOf(value), endOf(value))
    const info = tellsInfo && target && statesInfo(target) ? { info: 'info' } : {}
    const given = param ? objectOf({ ...pick(STANDS, param), ...info }) : ''
    const edit = { start: startOf(option), end: endOf(option) }
    return {
      edits: [{ ...edit, pieces: [`createContext: ${takesOf(given, '()')} => ${name}(${given})`] }],
      request: null,
    }
  }
  if (value.type !== 'ObjectMethod' && !isPlainFunction(value)) return null
  const [param, ...others] = value.params
  if (!param) return NOTHING
  if (others.length > 0) return null
  const handed = handsOn(param, module)
  const target = handed ? find(handed) : null
  const stands = tellsInfo && target && statesInfo(target) ? { ...STANDS, info: 'info' } : STANDS
  const first = usesOf(param, module, stands)
  if (!first) return null
  const isTwice = first.filter((edit) => textOf([edit]).includes(STANDS.req)).length > 1
  const isTaken = isTwice && isOtherTaken('req', param, fn, module)
  const uses = isTwice && !isTaken ? usesOf(param, module, { ...stands, req: 'req' }) : first
  if (!uses) return null
  const isBare = /^\s*=>/.test(module.file.text.slice(endOf(param)))
  const takes = takesOf(textOf(uses), isBare ? '()' : '')
  const edit = { start: startOf(param), end: endOf(param), pieces: [isBare ? takes : takes.replace(/^\(|\)$/g, '')] }
  return { edits: [edit, ...uses], request: isTwice && !isTaken ? STANDS.req : null }
}

/** Does the factory name, or declare, something else so? */
function isOtherTaken(name: string, param: Node, fn: Node, { tree }: SourceModule): boolean {
  const properties = param.type === 'ObjectPattern' ? param.properties : []
  const own = properties
    .map((one) => (one.type === 'ObjectProperty' && one.value.type === 'Identifier' ? one.value : null))
    .find((one) => one?.name === name)
  if (!own) return isNameTaken(tree, name, fn)
  const binding = bindingAt(tree, own)
  const isInside = (node: Node): boolean => startOf(node) >= startOf(fn) && endOf(node) <= endOf(fn)
  if ((tree.globals.get(name) ?? []).some(({ node }) => isInside(node))) return true
  return [...tree.scopeOf].some(([node, { bindings, types }]) => {
    const found = bindings.get(name)
    if (found === binding || (!found && !types.has(name))) return false
    return isInside(node) || found?.references.some((one) => isInside(one.node)) === true
  })
}

const textOf = (edits: readonly Edit[]): string => edits.flatMap(({ pieces }) => pieces.map(String)).join(' ')

/** The parameter of the new `createContext`, by what its body names. */
function takesOf(text: string, none: string): string {
  const names = ['resHeaders', 'info'].filter((name) => new RegExp(`\\b${name}\\b`).test(text))
  return names.length === 0 ? none : `({ ${names.join(', ')} })`
}

/** The function that all of it is handed on to: `(opts) => createContext(opts)`. */
function handsOn(param: Node, { tree }: SourceModule): Node | null {
  const [only, ...others] = param.type === 'Identifier' ? (bindingAt(tree, param)?.references ?? []) : []
  const parent = only ? parentOf(only.node) : null
  return others.length === 0 && parent?.type === 'CallExpression' && parent.callee !== only?.node ? parent.callee : null
}

/** Its parameter has the type that tRPC gives, where `info` is no option. */
function statesInfo({ fn, tree }: OptionFunction): boolean {
  const [param] = fn.params
  const pattern = param?.type === 'AssignmentPattern' ? param.left : param
  const annotation = pattern && 'typeAnnotation' in pattern ? pattern.typeAnnotation : null
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : null
  const name = type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName : null
  return name !== null && importedAs(name, tree)?.source.startsWith('@trpc/server/') === true
}

/** Of req and res those that a function takes apart. */
function pick(stands: Stands, param: Node): Partial<Stands> {
  const pattern = param.type === 'AssignmentPattern' ? param.left : param
  if (pattern.type !== 'ObjectPattern') return stands
  const keys = pattern.properties.map((property) => (property.type === 'ObjectProperty' ? keyName(property) : null))
  return Object.fromEntries(Object.entries(stands).filter(([key]) => keys.includes(key)))
}

/** A function of the project that takes apart what it is told of an error may state a type for it, with the old request. */
export function editErrors(options: t.ObjectExpression, text: string, find: FindFunction): Edit[] {
  const option = optionNamed(options, 'onError')
  const value = option?.type === 'ObjectProperty' ? option.value : null
  const [param] = (value && !isPlainFunction(value) ? find(value)?.fn.params : null) ?? []
  if (!option || !value || param?.type !== 'ObjectPattern' || !param.typeAnnotation) return []
  const keys = param.properties.map((property) => (property.type === 'ObjectProperty' ? keyName(property) : null))
  if (keys.length === 0 || keys.some((key) => key === null)) return []
  const object = `{ ${keys.join(', ')} }`
  const name = text.slice(startOf(value), endOf(value))
  return [{ start: startOf(option), end: endOf(option), pieces: [`onError: (${object}) => ${name}(${object})`] }]
}
