import type * as t from '@babel/types'
import type { Edit } from '../../syntax/edits.ts'
import { keyName, isMember, memberName, withCasts } from '../../syntax/match.ts'
import { type Binding, bindingAt } from '../../syntax/scope.ts'
import { endOf, isPlainFunction, type Node, parentOf, startOf, walk } from '../../syntax/tree.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import type { Shorthand } from '../recipe.ts'
import { ADAPTER, type FindFunction, isFactory, optionNamed, optionsOf } from './options.ts'

/**
 * `createNextApiHandler(options)` gives the handler that calls `createContext({ req, res })` (@trpc/server@10.45.2
 * adapters/node-http/nodeHTTPRequestHandler.ts). Written out: `(req, res) => createNextApiHandler(options)(req, res)`, with
 * `createContext: () => createContext({ req, res })`, so that what is done with req and res is seen.
 */
export const trpcShorthand: Shorthand = {
  id: 'trpc/shorthand',
  codes: ['PA566'],
  packages: [ADAPTER],
  expand: (module, context) => {
    const edits: Edit[] = []
    const find: FindFunction = (node) => context.functionAt(node, module)
    walk(module.file.ast.program, (node) => {
      if (node.type === 'CallExpression' && isFactory(importedAs(node.callee, module.tree)))
        edits.push(...spellCall(node, module, find))
      return undefined
    })
    return { edits, notes: [], blockers: [] }
  },
}

function spellCall(call: t.CallExpression, module: SourceModule, find: FindFunction): Edit[] {
  const { tree } = module
  const whole = withCasts(call)
  const parent = parentOf(whole)
  // `createNextApiHandler(options)(req, res)` shows both.
  if (parent?.type === 'CallExpression' && parent.callee === whole) return []
  const options = optionsOf(call)
  if (!options || tree.program.bindings.has('req') || tree.program.bindings.has('res')) return []
  const edits: Edit[] = [
    { start: startOf(whole), end: startOf(call), pieces: ['(req, res) => '] },
    { start: endOf(call), end: endOf(whole), pieces: ['(req, res)'] },
  ]
  const context = optionNamed(options, 'createContext')
  return context ? [...edits, ...spellContext(context, module, find)] : edits
}

function spellContext(context: t.ObjectProperty | t.ObjectMethod, module: SourceModule, find: FindFunction): Edit[] {
  const value = context.type === 'ObjectMethod' ? context : context.value
  if (value.type === 'Identifier' || value.type === 'MemberExpression') {
    const target = find(value)
    const [param] = target?.fn.params ?? []
    if (!param || !takesOnlyBoth(param)) return []
    const name = module.file.text.slice(startOf(value), endOf(value))
    return [{ start: startOf(context), end: endOf(context), pieces: [`createContext: () => ${name}({ req, res })`] }]
  }
  if (value.type !== 'ObjectMethod' && !isPlainFunction(value)) return []
  const [param, ...others] = value.params
  if (!param || others.length > 0) return []
  const uses = usesOf(param, module)
  return uses ? [takeAway(value, param, module), ...uses] : []
}

/** What the adapter hands to `createContext`, as expressions. */
export interface Stands {
  req: string
  res: string
  info?: string
}

const BY_NAME: Stands = { req: 'req', res: 'res' }

/** What stands for req and res inside a context function that is written in the options; null where there is more. */
export function usesOf(param: Node, { tree }: SourceModule, stands: Stands = BY_NAME): Edit[] | null {
  const named = (binding: Binding | null, text: string): Edit[] =>
    (binding?.references ?? []).flatMap(({ node, kind }) => {
      if (kind === 'type') return []
      const parent = parentOf(node)
      if (parent?.type === 'ObjectProperty' && parent.shorthand)
        return { start: startOf(parent), end: endOf(parent), pieces: [`${keyName(parent)}: ${text}`] }
      return { start: startOf(node), end: endOf(node), pieces: [text] }
    })
  if (param.type === 'ObjectPattern') {
    const edits = param.properties.map((property) => {
      const key = property.type === 'ObjectProperty' ? keyName(property) : null
      const target = property.type === 'ObjectProperty' ? property.value : null
      if ((key !== 'req' && key !== 'res') || target?.type !== 'Identifier') return null
      return target.name === stands[key] ? [] : named(bindingAt(tree, target), stands[key])
    })
    return edits.some((e) => e === null) ? null : edits.flatMap((e) => e ?? [])
  }
  if (param.type !== 'Identifier') return null
  const edits = (bindingAt(tree, param)?.references ?? []).map(({ node, kind }): Edit | null => {
    if (kind !== 'read') return null
    const parent = parentOf(node)
    if (parent && isMember(parent) && parent.object === node) {
      const name = memberName(parent)
      return name === 'req' || name === 'res'
        ? { start: startOf(parent), end: endOf(parent), pieces: [stands[name]] }
        : null
    }
    const isArgument = parent?.type === 'CallExpression' && parent.callee !== node
    return isArgument ? { start: startOf(node), end: endOf(node), pieces: [objectOf(stands)] } : null
  })
  return edits.some((e) => e === null) ? null : edits.flatMap((e) => e ?? [])
}

/** `{ req, res }`. */
export function objectOf(stands: Partial<Stands>): string {
  const fields = Object.entries(stands).map(([key, text]) => (key === text ? key : `${key}: ${text}`))
  return `{ ${fields.join(', ')} }`
}

/** What else the adapter hands over (`info`) would be missing. A name is looked into where req and res are followed. */
export function takesOnlyBoth(param: Node): boolean {
  const pattern = param.type === 'AssignmentPattern' ? param.left : param
  if (pattern.type !== 'ObjectPattern') return pattern.type === 'Identifier'
  return pattern.properties.every((p) => p.type === 'ObjectProperty' && ['req', 'res'].includes(keyName(p) ?? ''))
}

function takeAway(fn: { start?: number | null }, param: Node, { file }: SourceModule): Edit {
  const open = file.text.slice(fn.start ?? 0, startOf(param)).lastIndexOf('(')
  // `opts => ...`
  if (open < 0 || isBare(file.text, endOf(param))) return { start: startOf(param), end: endOf(param), pieces: ['()'] }
  const close = file.text.indexOf(')', endOf(param))
  return { start: startOf(param), end: close, pieces: [] }
}

const isBare = (text: string, end: number): boolean => /^\s*=>/.test(text.slice(end))
