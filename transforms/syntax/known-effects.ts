import type * as t from '@babel/types'
import { isMember, memberName, uncast } from './match.ts'
import { bindingAt, type ScopeTree } from './scope.ts'
import { isFunction, type Node, parentOf, some } from './tree.ts'

/** Methods that change, or walk, what they are called on. */
export const MUTATES = /^(?:add|copyWithin|delete|fill|forEach|pop|push|reverse|set|shift|sort|splice|unshift)$/

/** Methods that call what they are given at once. */
export const CALLS_BACK =
  /^(?:every|filter|find|findIndex|findLast|findLastIndex|flatMap|forEach|map|reduce|reduceRight|replace|replaceAll|some|toSorted|then|catch|finally)$/

/** A line of a log: nothing is different afterwards. */
export function isLog(callee: Node, tree: ScopeTree): boolean {
  const object = isMember(callee) ? uncast(callee.object) : null
  return object?.type === 'Identifier' && object.name === 'console' && !bindingAt(tree, object)
}

export function decoratorOf(node: Node): Node | null {
  const decorators = 'decorators' in node ? node.decorators : null
  return Array.isArray(decorators) ? (decorators[0] ?? null) : null
}

/** `initializeApp(config)`, `setUpClient(options)`: more than a value is made, by its name. A call of the result only makes it. */
export function isRegistration(call: t.CallExpression): boolean {
  const callee = uncast(call.callee)
  const name = callee.type === 'Identifier' ? callee.name : isMember(callee) ? (memberName(callee) ?? '') : ''
  const parent = parentOf(call)
  return REGISTERS.test(name) && !(parent?.type === 'CallExpression' && parent.callee === call)
}

const REGISTERS =
  /^(?:init(?:iali[sz]e)?|register|set[uU]p|install|bootstrap|patch|enable|start|connect|subscribe|listen)(?![a-z]|With|Case|Of)/

/** Packages whose functions write to `process.env`. */
export function loadsEnvironment(source: string): boolean {
  return /^(?:dotenv|@dotenvx\/|@next\/env$)/.test(source)
}

/** What a function of the language does: `Object.keys` nothing, `Object.assign` changes what it is given, `setInterval` acts. */
export function effectOfGlobal(name: string, callee: Node): 'none' | 'changes' | 'acts' {
  const member = isMember(callee) ? memberName(callee) : null
  if (name === 'Object' || name === 'Reflect')
    return /^(?:assign|define|set|freeze|seal|prevent|delete|apply|construct)/.test(member ?? '') ? 'changes' : 'none'
  if (name === 'process')
    return isOfEnvironment(callee) || /^(?:cwd|uptime|hrtime|memoryUsage)$/.test(member ?? '') ? 'none' : 'acts'
  return PLAIN.test(name) ? 'none' : 'acts'
}

const PLAIN =
  /^(?:Array|Math|JSON|Number|String|Boolean|Symbol|BigInt|Date|Intl|Promise|(?:Weak)?(?:Map|Set)|WeakRef|Proxy|RegExp|(?:Type|Range|Syntax|URI|Eval|Aggregate)?Error|URL|URLSearchParams|TextEncoder|TextDecoder|AbortController|Headers|FormData|Blob|Buffer|ArrayBuffer|DataView|(?:Ui|I)nt(?:8|16|32)(?:Clamped)?Array|Float(?:32|64)Array|Big(?:Ui|I)nt64Array|parseInt|parseFloat|isNaN|isFinite|(?:en|de)codeURI(?:Component)?|structuredClone|btoa|atob|crypto|performance|console|require)$/

/** `process.env.NAMES.split(',')`: of a text. */
function isOfEnvironment(callee: Node): boolean {
  const names: (string | null)[] = []
  for (let at = uncast(callee); isMember(at); at = uncast(at.object)) names.unshift(memberName(at))
  return names[0] === 'env' && names.length > 2
}

/** `process.env`, `globalThis`: who is given it may change it, or refuse what is in it. */
export function isShared(arg: Node, tree: ScopeTree): boolean {
  const node = uncast(arg)
  if (node.type === 'Identifier')
    return /^(?:globalThis|global|window|self|process|document)$/.test(node.name) && !bindingAt(tree, node)
  if (!isMember(node) || memberName(node) !== 'env') return false
  const object = uncast(node.object)
  return object.type === 'Identifier' && object.name === 'process' && !bindingAt(tree, object)
}

/** `schema.parse({ url: process.env.URL })`, `new URL(process.env.HOST)`: nothing is loaded when the environment is not as it should be. */
export function isCheckOfEnvironment(callee: Node, args: readonly Node[]): boolean {
  const name = isMember(callee) ? memberName(callee) : callee.type === 'Identifier' ? callee.name : null
  return CHECKS.test(name ?? '') && args.some((arg) => some(arg, isEnvironment, (node) => !isFunction(node)))
}

const CHECKS = /^(?:assert|cast|cleanEnv|createEnv|parse(?:Async|Env)?|URL|validate(?:Sync|Env)?)$/

function isEnvironment(node: Node): boolean {
  return (
    isMember(node) && memberName(node) === 'env' && node.object.type === 'Identifier' && node.object.name === 'process'
  )
}

/** `typeof window !== 'undefined'`, which is never so on a server. */
export function isBrowserOnly(test: Node): boolean {
  const node = uncast(test)
  if (node.type === 'LogicalExpression') return node.operator === '&&' && isBrowserOnly(node.left)
  if (node.type !== 'BinaryExpression' || !/^!==?$/.test(node.operator)) return false
  const [kind, text] = [node.left, node.right]
  return (
    kind.type === 'UnaryExpression' &&
    kind.operator === 'typeof' &&
    kind.argument.type === 'Identifier' &&
    /^(?:window|document|navigator)$/.test(kind.argument.name) &&
    text.type === 'StringLiteral' &&
    text.value === 'undefined'
  )
}
