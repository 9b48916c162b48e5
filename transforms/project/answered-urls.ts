import type * as t from '@babel/types'
import type { Host } from '../model/host.ts'
import type { NextApp, Route } from '../model/project.ts'
import { findObjects, findProperty, literalString, literalStrings, newTrail, readScope } from './config-ast.ts'
import { readOrEmpty } from './manifests.ts'
import { dirOf, inDir } from './paths.ts'
import { paramOf } from './routes.ts'
import { areRewritesClear, rewritesTo } from './surroundings.ts'

/**
 * The routes of an app whose every request its middleware answers by itself, so that the route never runs: the middleware does nothing but
 * answer, and its matcher takes in the whole URL pattern of the route, and that of the rewrites that lead there. Gives the path of the middleware, null for a
 * route that may run. A matcher is a list of patterns that all begin at the root (next@15 build/analysis/get-page-static-info, getMiddlewareMatchers).
 */
export function findAnsweredUrls(host: Host, app: NextApp): (route: Route) => string | null {
  // Beside pages/, with an extension of pages; `proxy` since Next 16 (next@15.5 and 16 build/index.js).
  const path = (app.next.major >= 16 ? ['middleware', 'proxy'] : ['middleware'])
    .flatMap((stem) => app.pageExtensions.map((extension) => inDir(dirOf(app.pagesDir), `${stem}.${extension}`)))
    .find((one) => host.isFile(one))
  const matchers = path === undefined ? [] : readMatchers(path, readOrEmpty(host, path))
  return (route) => {
    const matcher = matchers.find((pattern) => takesIn(pattern, segmentsOf(route.id)))
    if (path === undefined || matcher === undefined || !areRewritesClear(host, app)) return null
    return rewritesTo(host, app, route).every((rewrite) => keepsEnd(rewrite, matcher)) ? path : null
  }
}

/** The patterns of a middleware that gives an answer whatever it is asked; none for any other. */
function readMatchers(path: string, text: string): string[][] {
  const scope = readScope(path, text)
  if (!scope || !handlers(scope.ast).every(isAnswer) || handlers(scope.ast).length !== 1) return []
  const [config] = scope.ast.program.body.flatMap(configOf)
  const objects = config ? findObjects(config, scope, newTrail()) : []
  const matcher = findProperty(objects, 'matcher')
  const patterns = literalStrings(matcher, scope) ?? [literalString(matcher, scope)].flatMap((one) => one ?? [])
  return patterns.every((pattern) => /^(?:\/(?:[\w.~-]+|:\w+[*+]?))+$/.test(pattern))
    ? patterns.map((pattern) => pattern.slice(1).split('/'))
    : []
}

/** What Next takes for the middleware: the exports by these names, and the default. */
function handlers({ program }: t.File): t.Node[] {
  return program.body.flatMap((statement): t.Node[] => {
    if (statement.type === 'ExportDefaultDeclaration') return [statement.declaration]
    if (statement.type === 'ExportAllDeclaration') return [statement]
    if (statement.type !== 'ExportNamedDeclaration') return []
    const { declaration, specifiers } = statement
    if (specifiers.length > 0) return [statement]
    if (declaration?.type === 'FunctionDeclaration')
      return /^(?:middleware|proxy)$/.test(declaration.id?.name ?? '') ? [declaration] : []
    return declaration?.type === 'VariableDeclaration'
      ? declaration.declarations.flatMap(({ id, init }) =>
          id.type === 'Identifier' && /^(?:middleware|proxy)$/.test(id.name) ? [init ?? declaration] : [],
        )
      : []
  })
}

function configOf(statement: t.Statement): t.Node[] {
  if (statement.type !== 'ExportNamedDeclaration' || statement.declaration?.type !== 'VariableDeclaration') return []
  return statement.declaration.declarations.flatMap(({ id, init }) =>
    id.type === 'Identifier' && id.name === 'config' && init ? [init] : [],
  )
}

/** `() => NextResponse.json({ ... }, { status: 403 })`, with nothing before it. */
function isAnswer(node: t.Node): boolean {
  if (node.type !== 'FunctionDeclaration' && node.type !== 'ArrowFunctionExpression') return false
  const [first, ...more] = node.body.type === 'BlockStatement' ? node.body.body : []
  if (node.generator || more.length > 0) return false
  const value =
    first?.type === 'ReturnStatement' ? first.argument : node.body.type === 'BlockStatement' ? null : node.body
  if (value?.type === 'NewExpression') return isResponse(value.callee)
  if (value?.type !== 'CallExpression' || value.callee.type !== 'MemberExpression' || value.callee.computed)
    return false
  const { object, property } = value.callee
  return isResponse(object) && property.type === 'Identifier' && /^(?:json|redirect)$/.test(property.name)
}

const isResponse = (node: t.Node): boolean => node.type === 'Identifier' && /^(?:Next)?Response$/.test(node.name)

type Segment = { kind: 'static'; text: string } | { kind: 'single' | 'catch-all' | 'optional-catch-all' }

const segmentsOf = (id: string): Segment[] =>
  id
    .slice(1)
    .split('/')
    .map((text) => ({ kind: paramOf(text)?.kind ?? 'static', text }))

/** Every path of the route is one of the pattern. */
function takesIn([first, ...rest]: readonly string[], route: readonly Segment[]): boolean {
  const [segment, ...others] = route
  if (first === undefined) return segment === undefined
  if (/^:\w+\*$/.test(first)) {
    if (takesIn(rest, route)) return true
    return segment !== undefined && takesIn(isOpen(segment) ? rest : [first, ...rest], others)
  }
  if (segment === undefined || segment.kind === 'optional-catch-all') return false
  if (/^:\w+\+$/.test(first)) return takesIn(isOpen(segment) ? rest : [first.replace('+', '*'), ...rest], others)
  if (isOpen(segment)) return false
  return (first.startsWith(':') || (segment.kind === 'static' && segment.text === first)) && takesIn(rest, others)
}

const isOpen = ({ kind }: Segment): boolean => kind === 'catch-all' || kind === 'optional-catch-all'

/** A rewrite hands on the end of its path as it is, and the matcher asks for nothing but the last segment. */
function keepsEnd(rewrite: { source: string; destination: string }, matcher: readonly string[]): boolean {
  const [source, destination] = [rewrite.source, rewrite.destination].map((one) =>
    /^(.*)\/(:\w+[*+])$/.exec(one.split(/[?#]/)[0] ?? ''),
  )
  const [any = '', last = '', ...more] = matcher
  if (!source || !destination || source[2] !== destination[2] || !/^:\w+\*$/.test(any) || more.length > 0) return false
  // Without a rest, the request goes to what stands before it.
  const before = destination[1]?.split('/').at(-1) ?? ''
  const [stem = '', ...open] = before.split(':')
  return (
    /^[\w.~-]+$/.test(last) && /^[\w.~-]*$/.test(stem) && (open.length > 0 ? !last.startsWith(stem) : stem !== last)
  )
}
