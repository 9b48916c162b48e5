import type * as t from '@babel/types'
import { type Edit, render } from '../syntax/edits.ts'
import { positionOf } from '../syntax/lines.ts'
import { isMember, memberName, uncast } from '../syntax/match.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { analyseScopes, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { endOf, type Node, startOf, walk } from '../syntax/tree.ts'

/** A branch of the original: one outcome of a test, a case, a catch, a loop that was entered. */
export interface Branch {
  file: string
  /** 1-based. */
  line: number
  what: string
}

const PROBE = '__routeshift'

/**
 * Puts counters into a file: `if (a)` becomes `if (__routeshift.test(4, (a)))`. Values and their order stay as they are. `first` is the number
 * of the first branch. Null for a file that cannot be parsed.
 */
export function instrument(
  path: string,
  bytes: string,
  first: number,
): { text: string; branches: readonly Branch[] } | null {
  const file = parseSource(path, bytes)
  if (isParseFailure(file)) return null
  const tree = analyseScopes(file.ast)
  const edits: Edit[] = []
  const branches: Branch[] = []
  const add = (node: Node, ...names: string[]): number => {
    const { line } = positionOf(file.text, startOf(node))
    branches.push(...names.map((what) => ({ file: path, line, what })))
    return first + branches.length - names.length
  }
  const wrap = (node: Node, how: 'test' | 'nullish', branch: number): void => {
    const [start, end] = [startOf(node), endOf(node)]
    edits.push({ start, end, pieces: [`${PROBE}.${how}(${branch}, (`, { from: start, to: end }, '))'] })
  }
  const insert = (at: number, text: string): void => {
    edits.push({ start: at, end: at, pieces: [text] })
  }
  const test = (node: Node, owner: Node, yes: string, no: string): void => {
    if (!isConstant(node, file.text, tree)) wrap(node, 'test', add(owner, yes, no))
  }
  walk(file.ast.program, (node) => {
    switch (node.type) {
      case 'IfStatement':
        test(node.test, node, 'if', node.alternate ? 'else' : 'if not')
        break
      case 'ConditionalExpression':
        test(node.test, node, '? first', '? second')
        break
      case 'LogicalExpression':
        if (isConstant(node.left, file.text, tree)) break
        if (node.operator === '??') wrap(node.left, 'nullish', add(node, '?? left', '?? right'))
        else wrap(node.left, 'test', add(node, `${node.operator} left true`, `${node.operator} left false`))
        break
      case 'WhileStatement':
      case 'DoWhileStatement':
        test(node.test, node, 'loop goes on', 'loop ends')
        break
      case 'ForStatement':
        if (node.test) test(node.test, node, 'loop goes on', 'loop ends')
        break
      case 'ForOfStatement':
      case 'ForInStatement':
        if (node.body.type === 'BlockStatement')
          insert(startOf(node.body) + 1, `${PROBE}.hit(${add(node, 'loop entered')});`)
        break
      case 'CatchClause':
        insert(startOf(node.body) + 1, `${PROBE}.hit(${add(node, 'catch')});`)
        break
      case 'SwitchStatement':
        markCases(node, file.text, add, insert)
        break
      case 'TSEnumDeclaration':
      case 'TSModuleDeclaration':
        return false
    }
    return true
  })
  return { text: render(file.text, edits, 0, file.text.length), branches }
}

function markCases(
  node: t.SwitchStatement,
  text: string,
  add: (node: Node, ...names: string[]) => number,
  insert: (at: number, text: string) => void,
): void {
  for (const kase of node.cases) {
    const after = kase.test ? endOf(kase.test) : startOf(kase) + 'default'.length
    const colon = text.indexOf(':', after)
    insert(colon + 1, ` ${PROBE}.hit(${add(kase, kase.test ? 'case' : 'default')});`)
  }
  if (node.cases.some((kase) => kase.test === null || kase.test === undefined)) return
  insert(endOf(node) - 1, `default: ${PROBE}.hit(${add(node, 'no case')});`)
}

/**
 * Only one outcome can be had on a server that is built (`process.env.NODE_ENV !== 'production'`), or with a request that Next has handed on
 * (`!req.method`, `req.query && ...`).
 */
function isConstant(node: Node, text: string, tree: ScopeTree): boolean {
  const source = text.slice(startOf(node), endOf(node))
  return /\bprocess\.env\.NODE_ENV\b|\btypeof window\b|\bimport\.meta\b/.test(source) || isAlwaysThere(node, tree)
}

/** next@16.4.3 server/api-utils/node/api-resolver sets the query and cookies, Node the others, on every request: a parameter that is named like one. */
function isAlwaysThere(node: Node, tree: ScopeTree): boolean {
  const value = uncast(node)
  if (value.type === 'UnaryExpression' && value.operator === '!') return isAlwaysThere(value.argument, tree)
  if (!isMember(value) || !/^(?:method|url|query|cookies|headers)$/.test(memberName(value) ?? '')) return false
  const object = uncast(value.object)
  if (object.type !== 'Identifier' || !/^(?:_?req|request)$/.test(object.name)) return false
  const binding = bindingAt(tree, object)
  const isGiven = binding?.kind === 'param' && binding.declaration === binding.id
  return isGiven && binding.references.every(({ kind }) => kind !== 'write')
}
