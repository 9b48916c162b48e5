import type * as t from '@babel/types'
import type { Code, Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import {
  findObjects,
  findProperty,
  literalString,
  literalStrings,
  newTrail,
  readScope,
  type Scope,
  unwrap,
} from './config-ast.ts'
import { type ConfigHeader, type ConfigRewrite, readHeaders, readRewrites } from './config-rules.ts'
import { readOrEmpty } from './manifests.ts'
import { inDir } from './paths.ts'

export interface NextConfig {
  path: string | null
  /** Null: not set, or not readable (then there is a diagnostic). */
  pageExtensions: readonly string[] | null
  basePath: string
  rewrites: readonly ConfigRewrite[]
  headers: readonly ConfigHeader[]
  cacheComponents: boolean
  diagnostics: readonly Diagnostic[]
  /** PA021: matters only to a run that moves something. */
  unclear: readonly Diagnostic[]
}

/** In the order in which Next looks for them. */
export const CONFIG_FILES = ['js', 'mjs', 'ts', 'mts', 'cjs'].map((extension) => `next.config.${extension}`)

/** Reads what matters from next.config without running it. What is there but not literal becomes PA005. */
export function readNextConfig(host: Host, appRoot: string): NextConfig {
  const path = CONFIG_FILES.map((name) => inDir(appRoot, name)).find((candidate) => host.isFile(candidate)) ?? null
  const absent: NextConfig = {
    path,
    pageExtensions: null,
    basePath: '',
    rewrites: [],
    headers: [],
    cacheComponents: false,
    diagnostics: [],
    unclear: [],
  }
  if (path === null) return absent
  const text = readOrEmpty(host, path)
  const scope = readScope(path, text)
  const doubt = (isUnclear: boolean, code: Code, word: string): Diagnostic[] => {
    const mentions = Array.from(text.matchAll(new RegExp(`\\b${word}\\b`, 'g')), (match) => match.index)
    const start = isUnclear ? mentions.find((at) => scope === null || isCode(scope.ast, at)) : undefined
    return start === undefined ? [] : [unreadable(code, { path, text, start, end: start + word.length })]
  }
  if (scope === null)
    return {
      ...absent,
      diagnostics: doubt(true, 'PA005', 'pageExtensions'),
      unclear: doubt(true, 'PA021', 'rewrites'),
    }

  const objects = scope.exported.flatMap((expression) => findObjects(expression, scope, newTrail()))
  const basePath = literalString(findProperty(objects, 'basePath'), scope) ?? ''
  const extensions = literalStrings(findProperty(objects, 'pageExtensions'), scope)
  const rewrites = readRewrites(findProperty(objects, 'rewrites'), scope)
  return {
    path,
    pageExtensions: extensions && extensions.length > 0 ? extensions : null,
    basePath: basePath.replace(/\/+$/, ''),
    rewrites: rewrites?.rules ?? [],
    headers: readHeaders(findProperty(objects, 'headers'), scope),
    cacheComponents: isTrue(findCacheComponents(objects, scope), scope),
    // Also when it is set in a way not seen here, such as an assignment to a property.
    diagnostics: doubt(extensions === null, 'PA005', 'pageExtensions'),
    unclear: doubt(rewrites === null || rewrites.isUnclear, 'PA021', 'rewrites'),
  }
}

function findCacheComponents(objects: readonly t.ObjectExpression[], scope: Scope): t.Node | null {
  const experimental = findProperty(objects, 'experimental')
  const inner = experimental ? findObjects(experimental, scope, newTrail()) : []
  return findProperty([...objects, ...inner], 'cacheComponents')
}

function isTrue(node: t.Node | null, scope: Scope): boolean {
  const value = node && unwrap(node, scope)
  return value?.type === 'BooleanLiteral' && value.value
}

function isCode(ast: t.File, offset: number): boolean {
  return !(ast.comments ?? []).some((comment) => (comment.start ?? 0) <= offset && offset < (comment.end ?? 0))
}

function unreadable(code: Code, at: { path: string; text: string; start: number; end: number }): Diagnostic {
  const before = at.text.slice(0, at.start)
  const line = before.split('\n').length
  const column = at.start - (before.lastIndexOf('\n') + 1) + 1
  const span = { file: at.path, start: at.start, end: at.end, line, column }
  return { code, level: 'review', span, data: { file: at.path } }
}
