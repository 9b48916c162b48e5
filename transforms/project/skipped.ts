import type * as t from '@babel/types'
import { type Host, HostError } from '../model/host.ts'
import { findLoadEffect } from '../syntax/load-effects.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import type { Bypass } from './bypass.ts'
import { reachedFrom, walkFrom } from './compiled-walk.ts'
import type { LayerGraph } from './layer-graph.ts'

/** Something that a module does when it is loaded, and others could see. */
export interface LoadEffect {
  file: string
  text: string
  /** 1-based. */
  line: number
}

/**
 * What would no longer be done for a file that goes past a module: by that module and all that is loaded for it, but for what the file still
 * reaches by other ways.
 */
export function createSkipped(host: Host, graph: LayerGraph) {
  const effects = new Map<string, LoadEffect | null>()
  const known = new Map<string, LoadEffect | null>()
  return ({ file, barrel }: Bypass, reached: (file: string) => (path: string) => boolean): LoadEffect | null => {
    const key = `${file} ${barrel}`
    if (!known.has(key)) known.set(key, find(barrel, reached(file)))
    return known.get(key) ?? null
  }

  function find(barrel: string, isReached: (path: string) => boolean): LoadEffect | null {
    const walk = () => walkFrom(barrel, graph, (edge) => [{ edge, to: edge.to }])
    const isLoaded = reachedFrom(walk)
    for (const path of walk()?.files ?? []) {
      const effect = effects.get(path) ?? (effects.has(path) ? null : effectOf(path))
      effects.set(path, effect)
      if (effect && !isReached(path) && isLoaded(path)) return effect
    }
    return null
  }

  /** `import 'reflect-metadata'`: a package is loaded for what it does. A file of the project is looked at by itself. */
  function isLoadedForEffect(statement: t.Statement, path: string): boolean {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type' || statement.specifiers.length > 0)
      return false
    const { value } = statement.source
    return !HARMLESS.test(value) && !graph.open(path)?.edges.some(({ from }) => from.specifier === value)
  }

  /** The tree is not kept: these are many files, and none of them is changed. */
  function effectOf(path: string): LoadEffect | null {
    const module = graph.open(path)
    if (!module) return null
    try {
      const file = parseSource(path, host.read(path))
      if (isParseFailure(file)) return { file: path, text: '', line: file.line }
      const node =
        file.ast.program.body.find((statement) => isLoadedForEffect(statement, path)) ??
        findLoadEffect(file, analyseScopes(file.ast))
      if (!node) return null
      const [text = ''] = file.text.slice(startOf(node), endOf(node)).split('\n')
      return { file: path, text, line: node.loc?.start.line ?? 1 }
    } catch (error) {
      if (error instanceof HostError) return null
      throw error
    }
  }
}

/** Styles, and marks of the layer. */
const HARMLESS = /\.(?:css|scss|sass|less|styl)$|^(?:server-only|client-only)$/
