import type { LayerEdge, LayerGraph } from './layer-graph.ts'

/** An import, and a file that following it leads to. */
export interface Step {
  edge: LayerEdge
  to: string
}

export interface Walk {
  files: readonly string[]
  has(path: string): boolean
  /** Are all imports on the way to a file compiled? Those that are not are known afterwards, and no longer followed. */
  isCompiled(path: string): boolean
}

/** All files that are reached from one, each by the fewest steps. Null when `stepsOf` gives up at one of them. */
export function walkFrom(
  start: string,
  graph: LayerGraph,
  stepsOf: (edge: LayerEdge, path: string) => readonly Step[] | null,
): Walk | null {
  const before = new Map<string, { edge: LayerEdge; path: string } | null>([[start, null]])
  // It grows while it is walked.
  for (const path of before.keys()) {
    for (const edge of graph.open(path)?.edges ?? []) {
      if (graph.isDropped(edge)) continue
      const steps = stepsOf(edge, path)
      if (!steps) return null
      for (const { to } of steps) if (!before.has(to)) before.set(to, { edge, path })
    }
  }
  const isCompiled = (path: string): boolean => {
    for (let step = before.get(path); step; step = before.get(step.path))
      if (!graph.isCompiled(step.edge, step.path)) return false
    return true
  }
  return { files: [...before.keys()], has: (path) => before.has(path), isCompiled }
}

/** Tells whether a file is reached by imports that are compiled; each finding of one that is not makes a new walk. */
export function reachedFrom(walk: () => Walk | null): (path: string) => boolean {
  let current = walk()
  return (path) => {
    while (current?.has(path)) {
      if (current.isCompiled(path)) return true
      current = walk()
    }
    return false
  }
}

/**
 * Tells which files reach one by imports that are compiled. Goes backwards from it, where many are asked of: their ways meet, and fewer files
 * are parsed. Over all files that were opened before.
 */
export function createReachTest(graph: LayerGraph): (target: string) => (file: string) => boolean {
  const importers = new Map<string, Step[]>()
  for (const [path, module] of graph.opened)
    for (const edge of module?.edges ?? []) {
      const known = importers.get(edge.to)
      if (known) known.push({ edge, to: path })
      else importers.set(edge.to, [{ edge, to: path }])
    }
  return (target) => {
    let ways = waysTo(target)
    return (file) => {
      while (ways.has(file)) {
        if (isCompiledWay(file, ways)) return true
        ways = waysTo(target)
      }
      return false
    }
  }

  /** What each file imports first on its shortest way. */
  function waysTo(target: string): ReadonlyMap<string, LayerEdge | null> {
    const ways = new Map<string, LayerEdge | null>([[target, null]])
    // It grows while it is walked.
    for (const path of ways.keys())
      for (const { edge, to } of importers.get(path) ?? [])
        if (!ways.has(to) && !graph.isDropped(edge)) ways.set(to, edge)
    return ways
  }

  function isCompiledWay(file: string, ways: ReadonlyMap<string, LayerEdge | null>): boolean {
    let path = file
    for (let edge = ways.get(path); edge; edge = ways.get(path)) {
      if (!graph.isCompiled(edge, path)) return false
      path = edge.to
    }
    return true
  }
}
