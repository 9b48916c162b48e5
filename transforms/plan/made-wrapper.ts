import type { FoundMade } from '../analyse/module-functions.ts'
import { readWrapCall } from '../analyse/wrappers.ts'
import type { Edit } from '../syntax/edits.ts'
import { endOf, parentOf, startOf } from '../syntax/tree.ts'
import { addAround } from './composite-wrapper.ts'
import { findUnfit, laterLists } from './handler-list.ts'
import { whyBlocked } from './shared-function.ts'
import type { SharedEnvironment, SharedFunction, SharedFunctions } from './shared-model.ts'

/** `export const withUser = createWrapper(options)`: the wrapper that is left of another one when its first calls are made. */
export function planMade(found: FoundMade, env: SharedEnvironment, shared: SharedFunctions): SharedFunction | null {
  const { module, name } = found
  const read = readWrapCall(found.made)
  const base = shared.followWrapper(read.callee, module)
  const [first] = read.calls
  if (!base || !first) return null
  const { callee } = base
  const { shape } = callee.wrapper
  const given = read.calls.length
  if (shape.level < given) return null
  const unfit = findUnfit(shape, read.calls, module.file)
  const id = `${module.path}#${name}`
  const own = {
    ...callee,
    id,
    source: found,
    calls: new Map(),
    at: { ...callee.at, notes: [] },
    edits: typeEdits(found),
    imports: [],
    notes: [],
    wrapper: {
      ...callee.wrapper,
      around: [],
      shape: {
        ...shape,
        levels: shape.levels.slice(given),
        level: shape.level - given,
        calls: [],
        middleware: laterLists(shape, given),
      },
      catches: null,
      setsHeaders: false,
      value: null,
      isOwn: false,
      isMade: true,
    },
  }
  const made = addAround(own, { call: read, wrapper: base, once: given }, first, env, shared)
  const refused = env.facts.refused.get(id) ?? unfit
  return refused ? { ...made, summary: { ...made.summary, blocked: whyBlocked(refused, found) } } : made
}

/** A type that the module writes for it names the old handler. */
function typeEdits({ made }: FoundMade): Edit[] {
  const declarator = parentOf(made)
  const type =
    declarator?.type === 'VariableDeclarator' && declarator.id.type === 'Identifier'
      ? declarator.id.typeAnnotation
      : null
  return type ? [{ start: startOf(type), end: endOf(type), pieces: [] }] : []
}
