import { readFileSync } from 'node:fs'
import { Script } from 'node:vm'
import type { NextModules } from './next-modules.ts'
import { createSandbox, globalNames, type Sandbox } from './sandbox.ts'
import type { World } from './world.ts'

/** A compiled bundle: evaluating it again gives a fresh instance of all its modules. */
export type Program = (sandbox: Sandbox, coverage: CoverageProbe) => unknown

/** What instrumented code calls (instrument.ts): each gives the value back that it was given. */
export interface CoverageProbe {
  test(branch: number, value: unknown): unknown
  nullish(branch: number, value: unknown): unknown
  hit(branch: number): void
}

/** Name by which instrumented code reaches the probe. */
const PROBE = '__routeshift'

const programs = new Map<string, Program>()
/** Programs that are kept: the two sides of a route, and the packages. */
const MAX_PROGRAMS = 8

/** Compiles a bundle once. */
export function loadProgram(path: string): Program {
  const known = programs.get(path)
  if (known !== undefined) return known
  const parameters = ['exports', 'require', 'module', '__filename', '__dirname', ...globalNames, PROBE]
  const script = new Script(`(function (${parameters.join(', ')}) {${readFileSync(path, 'utf8')}\n})`, {
    filename: path,
  })
  const run: unknown = script.runInThisContext()
  if (typeof run !== 'function') throw new Error(`${path} is no bundle`)
  const program: Program = ({ globals, require }, probe) => {
    const module: { exports: unknown } = { exports: {} }
    const values = globalNames.map((name) => globals[name])
    Reflect.apply(run, undefined, [
      module.exports,
      require,
      module,
      '/project/.next/server/route.js',
      '/project/.next/server',
      ...values,
      probe,
    ])
    return module.exports
  }
  for (const old of [...programs.keys()].slice(0, Math.max(0, programs.size + 1 - MAX_PROGRAMS))) programs.delete(old)
  programs.set(path, program)
  return program
}

export function createProbe(hits: Set<number>): CoverageProbe {
  const mark = (branch: number): void => {
    hits.add(branch)
  }
  return {
    hit: mark,
    test(branch, value) {
      mark(value ? branch : branch + 1)
      return value
    },
    nullish(branch, value) {
      mark(value === null || value === undefined ? branch + 1 : branch)
      return value
    },
  }
}

/** The real packages of a project, evaluated once for all requests, and Next's. */
export function createPackages(path: string | null, next: NextModules): (world: World) => Sandbox {
  const holder: { now: Sandbox | null } = { now: null }
  const current = (): Sandbox => {
    if (holder.now === null) throw new Error('a package ran outside of a request')
    return holder.now
  }
  let packages: unknown
  const loadReal = (specifier: string): unknown => {
    const [kind = '', name = ''] = specifier.split(/:(.*)/s)
    if (kind === 'next') return next.load(name)
    if (path === null) throw new Error(`${specifier} is not there`)
    packages ??= loadProgram(path)(delegate(current), createProbe(new Set()))
    const load: unknown = typeof packages === 'object' && packages !== null ? Reflect.get(packages, name) : undefined
    if (typeof load !== 'function') throw new Error(`${name} is not among the packages`)
    return load()
  }
  return (world) => {
    holder.now = createSandbox(world, loadReal)
    return holder.now
  }
}

/** Globals for packages, which outlive a request: each asks for those of the request that is running. */
function delegate(current: () => Sandbox): Sandbox {
  const globals: Record<string, unknown> = {}
  for (const name of globalNames) globals[name] = delegateTo(() => current().globals[name], name)
  const modules = new Map<string, unknown>()
  return {
    get world() {
      return current().world
    },
    globals,
    require(specifier) {
      if (!modules.has(specifier)) {
        const module = current().require(specifier)
        const isShared = typeof module !== 'object' && typeof module !== 'function'
        modules.set(specifier, isShared ? module : delegateTo(() => current().require(specifier), specifier))
      }
      return modules.get(specifier)
    },
  }
}

function delegateTo(find: () => unknown, name: string): unknown {
  const target = (): object => {
    const found = find()
    if ((typeof found !== 'object' || found === null) && typeof found !== 'function')
      throw new Error(`${name} is no object`)
    return found
  }
  return new Proxy(function delegated() {}, {
    get: (_shell, property) => Reflect.get(target(), property),
    set: (_shell, property, value) => Reflect.set(target(), property, value),
    has: (_shell, property) => Reflect.has(target(), property),
    apply: (_shell, self, args) => {
      const found = target()
      return typeof found === 'function' ? Reflect.apply(found, self, args) : undefined
    },
    construct: (_shell, args) => {
      const found = target()
      return typeof found === 'function' ? Reflect.construct(found, args) : {}
    },
    getPrototypeOf: () => Reflect.getPrototypeOf(target()),
  })
}
