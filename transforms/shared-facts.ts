import type { Diagnostic } from './model/diagnostic.ts'
import type { RouteParam } from './model/project.ts'

/** What the attempts at the whole program have shown so far, by the ids of shared functions. Only ever added to. */
export interface AppFacts {
  inheriting: Set<string>
  typed: Set<string>
  bodies: Set<string>
  queries: Set<string>
  answering: Set<string>
  ending: Set<string>
  params: Map<string, readonly RouteParam[]>
  beside: Map<string, string>
  refused: Map<string, Diagnostic>
  retired: Set<string>
}

export function createFacts(): AppFacts {
  return {
    inheriting: new Set(),
    typed: new Set(),
    bodies: new Set(),
    queries: new Set(),
    answering: new Set(),
    ending: new Set(),
    params: new Map(),
    beside: new Map(),
    refused: new Map(),
    retired: new Set(),
  }
}

/** Changes whenever something is added. */
export function sizeOf({
  inheriting,
  typed,
  bodies,
  queries,
  answering,
  ending,
  params,
  beside,
  refused,
  retired,
}: AppFacts): string {
  return `${inheriting.size} ${typed.size} ${bodies.size} ${queries.size} ${answering.size} ${ending.size} ${params.size} ${[...beside.values()].join().length} ${refused.size} ${retired.size}`
}
