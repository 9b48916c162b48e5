import type { Host } from '../model/host.ts'
import type { NextApp } from '../model/project.ts'
import { isCall } from '../syntax/match.ts'
import { isParseFailure, MOST_CHARACTERS, parseSource } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'
import { type Node, startOf, walk } from '../syntax/tree.ts'
import { createBaseTest } from './client-base.ts'
import { projectModules } from './modules.ts'
import { findGivenUrls, type UrlLiteral } from './url-literals.ts'

/** The text that the offsets are of, and the URLs that a client of the API puts `/api` before. */
export type ClientCalls = (
  path: string,
  text: string,
  isRoute: (url: string) => boolean,
) => { text: string; urls: readonly UrlLiteral[] } | null

/** `DELETE('/users/7')`, `api.put('/users', data)`. Only a file with a call that would reach a route is parsed, and not kept. */
export function createClientCalls(host: Host, app: NextApp, basePaths: readonly string[]): ClientCalls {
  const isClient = createBaseTest(projectModules(host, app), basePaths)
  return (path, bytes, isRoute) => {
    const find = (text: string) => findGivenUrls(text).filter((url) => isRoute(url.path))
    if (bytes.length > MOST_CHARACTERS || find(bytes).length === 0) return null
    const file = parseSource(path, bytes)
    if (isParseFailure(file)) return null
    const module = { path, file, tree: analyseScopes(file.ast) }
    const callees = calleesByArgument(file.ast)
    const urls = find(file.text).filter(({ start }) => {
      const callee = callees.get(start)
      return callee !== undefined && isClient(callee, module)
    })
    return { text: file.text, urls }
  }
}

/** What is called, by the offset of the first argument. */
function calleesByArgument(root: Node): Map<number, Node> {
  const found = new Map<number, Node>()
  walk(root, (node) => {
    const [first] = isCall(node) ? node.arguments : []
    if (isCall(node) && first) found.set(startOf(first), node.callee)
    return true
  })
  return found
}
