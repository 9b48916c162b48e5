import type { Entry } from '../analyse/entry.ts'
import { spanOf } from '../concerns/lowering.ts'
import type { ConfigPlan } from '../concerns/module/config.ts'
import { isAsset } from '../syntax/own-place.ts'
import type { FunctionNode } from '../model/route.ts'
import { entryEdits } from '../recipes/entry-edits.ts'
import { readEdgeRouter } from '../recipes/next-connect/edge-router.ts'
import type { Edit } from '../syntax/edits.ts'
import { leaves } from '../syntax/completion.ts'
import { importedAs } from '../syntax/imported.ts'
import { isMember, memberName } from '../syntax/match.ts'
import { printExportList } from '../syntax/print.ts'
import { bindingAt } from '../syntax/scope.ts'
import { contains, endOf, isFunction, type Node, parentOf, some, startOf } from '../syntax/tree.ts'
import { chooseEdgeMethods, type EdgeMethods, readEdgeMethods } from './edge-methods.ts'
import { keep } from './entry.ts'
import { mayBeNothing } from './missing-answer.ts'
import type { RouteContext, Verdict } from './route-context.ts'

type FunctionEntry = Extract<Entry, { kind: 'function' }>
type CallEntry = Extract<Entry, { kind: 'call' }>

/**
 * A handler of the edge runtime takes a web Request and returns a Response in both routers, and Next merges the params of a dynamic path into
 * the URL of both (measured with Next 13.5, 14, 15 and 16): it moves as it is, under the names of its methods. Pages hands it a NextFetchEvent
 * beside the request, and takes an answer of undefined or of `NextResponse.next()`; a route handler has neither.
 */
export function planEdge(entry: FunctionEntry, context: RouteContext, config: ConfigPlan): Verdict {
  const misfit = findMisfit(entry, context, config)
  if (misfit) return keep(context, 'PA404', misfit.node, { why: misfit.why })
  const { fn } = entry
  const found = readEdgeMethods(fn, context)
  if (found.methods.length === 0) return keep(context, 'PA306', fn)
  return edgeVerdict(
    entry,
    found,
    [...typeEdits(fn, context), ...dropEvent(fn), ...found.edits, ...exportEdits(entry, found, context)],
    {
      context,
      config,
    },
  )
}

/** `export default router.handler()` */
export function planEdgeCall(entry: CallEntry, context: RouteContext, config: ConfigPlan): Verdict {
  const { route, file, tree, style, recipeContext } = context
  const modules = { resolve: recipeContext.resolve, moduleAt: recipeContext.moduleAt }
  const router = readEdgeRouter(entry.call, { path: route.source, file, tree }, modules)
  if (!router) return keep(context, 'PA404', entry.call, { why: 'made' })
  const misfit = findFileMisfit(entry.place, context, config)
  if (misfit) return keep(context, 'PA404', misfit.node, { why: misfit.why })
  const found = chooseEdgeMethods(router, entry.call, context)
  if (found.methods.length === 0) return keep(context, 'PA306', entry.call)
  const edits = entryEdits({ ...entry, file, tree, style }, found.methods)
  return edgeVerdict(entry, found, [...router.edits, ...edits], { context, config })
}

/** The verdict for a handler whose new form is written by `edits`. */
function edgeVerdict(
  entry: Extract<Entry, { kind: 'function' | 'call' }>,
  { methods, notes }: Pick<EdgeMethods, 'methods' | 'notes'>,
  edits: readonly Edit[],
  { context, config }: { context: RouteContext; config: ConfigPlan },
): Verdict {
  return {
    kind: 'migrate',
    plan: {
      // What exports it is among the edits.
      entry: { ...entry, exporter: null },
      parts: [],
      functions: [],
      gone: [],
      helpers: [],
      shared: new Map(),
      called: new Set(),
      layers: [],
      wrapEdits: [],
      unreached: [],
      config: withRuntime(config, context),
      rewrite: { edits: [...edits, ...runtimeEdits(context)], methods: [...methods], modules: [], loads: [] },
    },
    notes: [
      ...config.notes,
      ...notes,
      { code: 'PA259', level: 'note', span: spanOf(context.file, entry.place), data: {} },
    ],
  }
}

interface EdgeMisfit {
  node: Node
  why: 'event' | 'unanswered' | 'next' | 'locale' | 'form' | 'config' | 'rewritten' | 'place'
}

function findMisfit(entry: FunctionEntry, context: RouteContext, config: ConfigPlan): EdgeMisfit | null {
  const { tree } = context
  const { fn, place } = entry
  const [, event, ...rest] = fn.params
  const isUnused = event?.type === 'Identifier' && bindingAt(tree, event)?.references.length === 0
  if (event && (!isUnused || rest.length > 0)) return { node: event, why: 'event' }
  const counted = fn.type === 'ArrowFunctionExpression' ? [] : (tree.globals.get('arguments') ?? [])
  const byNumber = counted.find(({ node }) => contains(fn, node))
  if (byNumber) return { node: byNumber.node, why: 'event' }
  const declared = place.type === 'VariableDeclaration' ? place.declarations[0]?.id : null
  if (fn.typeParameters || (declared?.type === 'Identifier' && declared.typeAnnotation))
    return { node: declared ?? fn, why: 'form' }
  if (!/^(?:ExportDefaultDeclaration|FunctionDeclaration|VariableDeclaration)$/.test(place.type))
    return { node: place, why: 'form' }
  if (entry.specifier && entry.exporter?.type === 'ExportNamedDeclaration' && entry.exporter.specifiers.length > 1)
    return { node: entry.exporter, why: 'form' }
  if (fn.body.type === 'BlockStatement') {
    const isEmpty = (node: Node): boolean =>
      node.type === 'ReturnStatement' && (!node.argument || mayBeNothing(node.argument, tree))
    const empty = findOwn(fn, isEmpty)
    if (empty || !leaves(fn.body)) return { node: empty ?? fn, why: 'unanswered' }
  } else if (mayBeNothing(fn.body, tree)) return { node: fn.body, why: 'unanswered' }
  return findFileMisfit(place, context, config)
}

/** What does not hang on the form of the handler. */
function findFileMisfit(place: Node, context: RouteContext, config: ConfigPlan): EdgeMisfit | null {
  const { file } = context
  if (context.recipeContext.rewritesTo().length > 0) return { node: place, why: 'rewritten' }
  const isPlace = (node: Node): boolean => {
    const owner = node.type === 'MetaProperty' ? parentOf(parentOf(node) ?? node) : null
    return node.type === 'MetaProperty' && !(owner && isAsset(owner))
  }
  const ofPlace = findOwn(file.ast.program, isPlace, true)
  if (ofPlace) return { node: ofPlace, why: 'place' }
  const ofNext = findOwn(file.ast.program, (node) => isOfPages(node, context), true)
  if (ofNext) return { node: ofNext, why: 'next' }
  const locale = findOwn(
    file.ast.program,
    (node) => isMember(node) && /^(?:locale|defaultLocale|domainLocale)$/.test(memberName(node) ?? ''),
    true,
  )
  if (locale) return { node: locale, why: 'locale' }
  const dynamic = config.statement && /unstable_allowDynamic/.test(textOf(config.statement, context))
  return dynamic && config.statement ? { node: config.statement, why: 'config' } : null
}

/** `NextResponse.next()` and `NextResponse.rewrite()`, which a route handler must not return; the page of a request. */
function isOfPages(node: Node, { tree }: RouteContext): boolean {
  if (!isMember(node)) return false
  const imported = importedAs(node.object, tree)
  return (
    imported?.source === 'next/server' &&
    imported.name === 'NextResponse' &&
    /^(?:next|rewrite)$/.test(memberName(node) ?? '')
  )
}

function findOwn(root: Node, test: (node: Node) => boolean, isDeep = false): Node | null {
  let found: Node | null = null
  some(
    root,
    (node) => {
      if (test(node)) found = node
      return found !== null
    },
    (node) => isDeep || node === root || !isFunction(node),
  )
  return found
}

/** Nobody reads it. */
function dropEvent({ params: [first, event] }: FunctionNode): Edit[] {
  return first && event ? [{ start: endOf(first), end: endOf(event), pieces: [] }] : []
}

const OF_NEXT = /^(?:nextUrl|cookies|geo|ip)$/

/** TypeScript that comes of JavaScript states what the request is. */
function typeEdits(fn: FunctionNode, { file, tree, typed, recipeContext }: RouteContext): Edit[] {
  const [request] = fn.params
  if (!typed || file.language === 'ts' || request?.type !== 'Identifier' || request.typeAnnotation) return []
  const isOfNext = (bindingAt(tree, request)?.references ?? []).some(({ node }) => {
    const parent = parentOf(node)
    return parent && isMember(parent) ? OF_NEXT.test(memberName(parent) ?? '') : parent?.type !== 'AwaitExpression'
  })
  const type = isOfNext ? recipeContext.addImport('next/server', 'NextRequest') : 'Request'
  const hasParens = file.text.slice(startOf(fn), startOf(request)).includes('(')
  const [open, close] = hasParens ? ['', ''] : ['(', ')']
  return [
    ...(open ? [{ start: startOf(request), end: startOf(request), pieces: [open] }] : []),
    { start: endOf(request), end: endOf(request), pieces: [`: ${type}${close}`] },
  ]
}

/**
 * `export default async function handler(` becomes `export async function POST(`; a handler of several methods keeps its name, and is exported
 * under each of them.
 */
function exportEdits(entry: FunctionEntry, { methods }: EdgeMethods, context: RouteContext): Edit[] {
  const { file, tree, style } = context
  const { fn, place, exporter, binding } = entry
  const [only] = methods
  const isFree = (name: string): boolean => !tree.program.bindings.has(name) && !tree.program.types.has(name)
  const isAlone = methods.length === 1 && only !== undefined && isFree(only)
  if (exporter && exporter !== place && binding)
    return [{ start: startOf(exporter), end: endOf(exporter), pieces: [printExportList(binding.name, methods, style)] }]
  const name = entry.name ?? ['handler', 'handle', 'respond', 'answer'].find(isFree) ?? 'edgeHandler'
  const isCalled = (binding?.references ?? []).some(({ node }) => parentOf(node)?.type !== 'ExportDefaultDeclaration')
  const list = `\n\n${printExportList(name, methods, style)}`
  if (fn.type === 'FunctionDeclaration') {
    const open = file.text.indexOf('(', fn.id ? endOf(fn.id) : startOf(fn))
    const head = `${fn.async ? 'async ' : ''}function `
    if (isAlone && !isCalled) return [{ start: startOf(place), end: open, pieces: [`export ${head}${only}`] }]
    return [
      { start: startOf(place), end: open, pieces: [`${head}${name}`] },
      { start: endOf(place), end: endOf(place), pieces: [list] },
    ]
  }
  const constant = isAlone ? `export const ${only} = ` : `const ${name} = `
  return [
    { start: startOf(place), end: startOf(fn), pieces: [constant] },
    ...(isAlone ? [] : [{ start: endOf(place), end: endOf(place), pieces: [list] }]),
  ]
}

/** `runtime` of the config becomes an export; one that is exported by itself stays, in the spelling that App knows. */
function withRuntime(config: ConfigPlan, context: RouteContext): ConfigPlan {
  if (ownRuntime(context)) return config
  const { quote } = context.style
  return {
    ...config,
    segments: [{ name: 'runtime', value: `${quote}edge${quote}`, isPlain: true }, ...config.segments],
  }
}

function runtimeEdits(context: RouteContext): Edit[] {
  const value = ownRuntime(context)
  const { quote } = context.style
  if (!value || !/experimental/.test(textOf(value, context))) return []
  return [{ start: startOf(value), end: endOf(value), pieces: [`${quote}edge${quote}`] }]
}

function ownRuntime({ file }: RouteContext): Node | null {
  for (const statement of file.ast.program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : null
    const [declarator] = declaration?.type === 'VariableDeclaration' ? declaration.declarations : []
    if (declarator?.id.type === 'Identifier' && declarator.id.name === 'runtime') return declarator.init ?? null
  }
  return null
}

function textOf(node: Node, { file }: RouteContext): string {
  return file.text.slice(startOf(node), endOf(node))
}
