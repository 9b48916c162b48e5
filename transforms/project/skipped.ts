import type * as t from '@babel/types'
import { type Host, HostError } from '../model/host.ts'
import { positionOf } from '../syntax/lines.ts'
import { findLoadEffects } from '../syntax/load-effects.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'
import type { Bypass } from './bypass.ts'
import { type Call, callOf, createCallEffects } from './call-effects.ts'
import { reachedFrom, walkFrom } from './compiled-walk.ts'
import type { LayerGraph } from './layer-graph.ts'
import type { ProjectModules } from './modules.ts'

/** Something that a module does when it is loaded, and others could see. */
export interface LoadEffect {
  file: string
  text: string
  /** 1-based. */
  line: number
}

/** What a file that goes past a module does without. */
export interface Skipped {
  /** The first thing that others could see. */
  acts: LoadEffect | null
  /** The first that could make the module fail to load. */
  throws: LoadEffect | null
}

interface ModuleEffects extends Skipped {
  /** What is called for a value, of other modules. */
  calls: readonly Call<LoadEffect>[]
}

/**
 * What would no longer be done for a file that goes past a module: by that module and all that is loaded for it, but for what the file still
 * reaches by other ways.
 */
export function createSkipped(host: Host, graph: LayerGraph, modules: ProjectModules) {
  const effects = new Map<string, ModuleEffects>()
  const known = new Map<string, Skipped>()
  const effectsOfCalls = createCallEffects(modules)
  return ({ file, barrel }: Bypass, reached: (file: string) => (path: string) => boolean): Skipped => {
    const key = `${file} ${barrel}`
    const found = known.get(key) ?? find(barrel, reached(file))
    known.set(key, found)
    return found
  }

  function find(barrel: string, isReached: (path: string) => boolean): Skipped {
    let throws: LoadEffect | null = null
    const walk = () => walkFrom(barrel, graph, (edge) => [{ edge, to: edge.to }])
    const isLoaded = reachedFrom(walk)
    for (const path of walk()?.files ?? []) {
      const own = effects.get(path) ?? effectsOf(path)
      effects.set(path, own)
      const isHarmless = !own.acts && !own.throws && own.calls.length === 0
      if (isHarmless || isReached(path) || !isLoaded(path)) continue
      const called = own.acts ? null : effectsOfCalls(path, own.calls, isReached)
      const acts = own.acts ?? called?.acts ?? null
      if (acts) return { acts, throws: null }
      throws ??= own.throws ?? called?.throws ?? null
    }
    return { acts: null, throws }
  }

  /** `import 'reflect-metadata'`: a package is loaded for what it does. A file of the project is looked at by itself. */
  function isLoadedForEffect(statement: t.Statement, path: string): boolean {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type' || statement.specifiers.length > 0)
      return false
    const { value } = statement.source
    return !HARMLESS.test(value) && !graph.open(path)?.edges.some(({ from }) => from.specifier === value)
  }

  /** The tree is not kept: these are many files, and none of them is changed. */
  function effectsOf(path: string): ModuleEffects {
    const none: ModuleEffects = { acts: null, throws: null, calls: [] }
    if (!graph.open(path)) return none
    try {
      const file = parseSource(path, host.read(path))
      if (isParseFailure(file)) return { ...none, acts: { file: path, text: '', line: file.line } }
      const placeOf = (node: Node): LoadEffect => {
        const [text = ''] = file.text.slice(startOf(node), endOf(node)).split('\n')
        return { file: path, text, line: positionOf(file.text, startOf(node)).line }
      }
      const loaded = file.ast.program.body.find((statement) => isLoadedForEffect(statement, path))
      if (loaded) return { ...none, acts: placeOf(loaded) }
      const { acts, throws, calls } = findLoadEffects(file, analyseScopes(file.ast))
      if (acts) return { ...none, acts: placeOf(acts) }
      return { ...none, throws: throws && placeOf(throws), calls: calls.map((call) => callOf(call, placeOf)) }
    } catch (error) {
      if (error instanceof HostError) return none
      throw error
    }
  }
}

/** Styles, and marks of the layer. */
const HARMLESS = /\.(?:css|scss|sass|less|styl)$|^(?:server-only|client-only)$/
