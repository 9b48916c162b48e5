import Module, { createRequire } from 'node:module'
import { AsyncLocalStorage } from 'node:async_hooks'
import { join } from 'node:path'

export type Callable = (...args: unknown[]) => unknown

/** What is used of the user's own Next. */
export interface NextModules {
  major: number
  /** The same as Next's own `require`: `next/server`, `react`. */
  load: (specifier: string) => unknown
  apiResolver: Callable
  /** Errors of this class decide the status of an answer where Next itself throws them. */
  ApiError: Callable
  AppRouteRouteModule: Callable
  NodeNextRequest: Callable
  NodeNextResponse: Callable
  fromNodeNextRequest: Callable
  signalFromNodeResponse: Callable
  sendResponse: Callable
  addRequestMeta: Callable
}

/**
 * Loads the parts of Next 13.4 to 16 that answer requests, from a folder of the `next` package. They are private modules, so
 * each has the places that it had: next@13.4.19, 13.5.11, 14.2.35, 15.5.26 and 16.4.3.
 */
export function loadNext(folder: string): NextModules {
  // Next looks for this global where its own start-up code, which also changes the console, has not run.
  Reflect.set(globalThis, 'AsyncLocalStorage', AsyncLocalStorage)
  const require = createRequire(join(folder, 'package.json'))
  resolveNextIn(folder)
  patchReact(require)
  const find = (name: string, paths: readonly string[]): Callable => findExport(require, name, paths)
  const adapter = readMember(require('next/dist/server/web/spec-extension/adapters/next-request'), 'NextRequestAdapter')
  const manifest: unknown = require(join(folder, 'package.json'))
  return {
    major: Number.parseInt(String(readMember(manifest, 'version')), 10),
    load: (specifier) => require(specifier),
    apiResolver: find('apiResolver', [
      'next/dist/server/api-utils/node/api-resolver',
      'next/dist/server/api-utils/node',
    ]),
    ApiError: find('ApiError', ['next/dist/server/api-utils/index', 'next/dist/server/api-utils']),
    AppRouteRouteModule: find('AppRouteRouteModule', [
      'next/dist/server/route-modules/app-route/module',
      'next/dist/server/future/route-modules/app-route/module',
    ]),
    NodeNextRequest: find('NodeNextRequest', ['next/dist/server/base-http/node']),
    NodeNextResponse: find('NodeNextResponse', ['next/dist/server/base-http/node']),
    fromNodeNextRequest: asCallable(
      readMember(adapter, 'fromNodeNextRequest') ?? readMember(adapter, 'fromBaseNextRequest'),
      adapter,
    ),
    signalFromNodeResponse: find('signalFromNodeResponse', [
      'next/dist/server/web/spec-extension/adapters/next-request',
    ]),
    sendResponse: find('sendResponse', ['next/dist/server/send-response']),
    addRequestMeta: find('addRequestMeta', ['next/dist/server/request-meta']),
  }
}

/** Makes `new` callable without knowing the class. */
export function makeNew(made: Callable, ...args: unknown[]): object {
  return Reflect.construct(made, args)
}

export function readMember(value: unknown, name: string): unknown {
  const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isHolder ? Reflect.get(value, name) : undefined
}

export function callMember(value: unknown, name: string, ...args: unknown[]): unknown {
  return asCallable(readMember(value, name), value)(...args)
}

export function asCallable(value: unknown, self: unknown): Callable {
  if (typeof value !== 'function') throw new Error('this version of Next has another shape')
  return (...args) => Reflect.apply(value, self, args)
}

function findExport(require: NodeJS.Require, name: string, paths: readonly string[]): Callable {
  for (const path of paths) {
    try {
      const found = readMember(require(path), name)
      if (isCallable(found)) return found
    } catch (error) {
      if (readMember(error, 'code') !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new Error(`this version of Next has no ${name}`)
}

const isCallable = (value: unknown): value is Callable => typeof value === 'function'

/** Next asks for its own files by the name of the package, which may mean another version from where it is. */
function resolveNextIn(folder: string): void {
  const original = readMember(Module, '_resolveFilename')
  if (!isCallable(original)) return
  const resolve = (request: unknown, ...rest: unknown[]): unknown => {
    const isOwn = typeof request === 'string' && /^next(?:\/|$)/.test(request)
    return Reflect.apply(original, Module, [isOwn ? join(folder, request.slice('next'.length)) : request, ...rest])
  }
  Reflect.set(Module, '_resolveFilename', resolve)
}

/** Route handlers get the React of the server, which has `cache`; stable versions before 19 do not. */
function patchReact(require: NodeJS.Require): void {
  const react: unknown = require('react')
  if (typeof react !== 'object' || react === null || Reflect.has(react, 'cache')) return
  Reflect.set(react, 'cache', (run: unknown) => run)
}
