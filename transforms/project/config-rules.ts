import type * as t from '@babel/types'
import { findObjects, findProperty, literalString, newTrail, type Scope, unwrap } from './config-ast.ts'

/** One entry of `rewrites()` in the Next config. */
export interface ConfigRewrite {
  source: string
  /** COMPUTED stands for parts that are not written there. */
  destination: string
  /** Names that the conditions of the entry add to the parameters of its source. */
  conditions: readonly string[]
}

/** One header of an entry of `headers()`. */
export interface ConfigHeader {
  source: string
  name: string
  /** Null when it is computed. */
  value: string | null
}

/** Stands for a computed part of a text. */
const COMPUTED = '\0'

/**
 * The rewrites whose destination is written out; `isUnclear` when there may be others to a path of this app. Null without
 * any that can be read. A destination that begins with something computed is taken for another server.
 */
export function readRewrites(node: t.Node | null, scope: Scope): { rules: ConfigRewrite[]; isUnclear: boolean } | null {
  if (!node) return null
  const trail = newTrail()
  const top = findObjects(node, scope, trail)
  const phases = ['beforeFiles', 'afterFiles', 'fallback'].flatMap((phase) => findProperty(top, phase) ?? [])
  const objects = [...top, ...phases.flatMap((phase) => findObjects(phase, scope, trail))]
  const rules: ConfigRewrite[] = []
  let isUnclear = trail.lost.length > 0
  for (const object of objects) {
    const destination = findProperty([object], 'destination')
    if (!destination) continue
    const text = readText(destination, scope)
    const source = readText(findProperty([object], 'source'), scope)
    if (text === null || source === null) isUnclear ||= text === null || text.startsWith('/')
    else if (text.startsWith('/')) rules.push({ source, destination: text, conditions: conditionsOf(object, scope) })
  }
  return { rules, isUnclear }
}

/** The headers whose source and name are written out. */
export function readHeaders(node: t.Node | null, scope: Scope): ConfigHeader[] {
  const entries = node ? findObjects(node, scope, newTrail()) : []
  return entries.flatMap((entry) => {
    const source = literalString(findProperty([entry], 'source'), scope)
    const list = findProperty([entry], 'headers')
    if (source === null || !list) return []
    return findObjects(list, scope, newTrail()).flatMap((header) => {
      const name = literalString(findProperty([header], 'key'), scope)
      return name === null ? [] : { source, name, value: literalString(findProperty([header], 'value'), scope) }
    })
  })
}

/** Named groups of a condition's value, and the key of one without a value, become parameters. */
function conditionsOf(object: t.ObjectExpression, scope: Scope): string[] {
  const has = findProperty([object], 'has')
  return (has ? findObjects(has, scope, newTrail()) : []).flatMap((condition) => {
    const key = literalString(findProperty([condition], 'key'), scope)
    const value = readText(findProperty([condition], 'value'), scope)
    if (value === null) return key === null ? [] : [key.replaceAll(/[^A-Za-z]/g, '')]
    return Array.from(value.matchAll(/\(\?<(\w+)>/g), ([, name = '']) => name)
  })
}

/** A text with COMPUTED for its computed parts; null when nothing of it is known. */
function readText(node: t.Node | null, scope: Scope): string | null {
  const value = node && unwrap(node, scope)
  if (value?.type === 'StringLiteral') return value.value
  if (value?.type === 'TemplateLiteral') return value.quasis.map((part) => part.value.cooked ?? '').join(COMPUTED)
  if (value?.type === 'BinaryExpression' && value.operator === '+') {
    const [left, right] = [readText(value.left, scope), readText(value.right, scope)]
    return left === null && right === null ? null : `${left ?? COMPUTED}${right ?? COMPUTED}`
  }
  // `process.env.API`
  return value?.type === 'MemberExpression' && value.object.type === 'MemberExpression' ? COMPUTED : null
}
