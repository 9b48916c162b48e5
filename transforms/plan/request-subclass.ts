import type { RequestClass } from '../analyse/request-class.ts'
import { block, type Lowering } from '../concerns/lowering.ts'
import { isMember, memberName } from '../syntax/match.ts'
import { contains, endOf, type Node, parentOf, some, startOf, walk } from '../syntax/tree.ts'
import { strongestType } from './content-type.ts'
import type { HelperSummary } from './function-model.ts'
import { parameterRange, spread } from './helper-edits.ts'
import type { Takes } from './needs.ts'
import { planSharedBody, whyBlocked } from './shared-function.ts'
import type { SharedEnvironment, SharedFunction, SharedFunctions } from './shared-model.ts'
import { helperParameters, requestType } from './signature.ts'

const FIELDS = { request: 'request', headers: 'headers' }

/** A class that extends one that is made with `req` and `res`, and does for a Request what that does for them. */
export function planSubclass(found: RequestClass, env: SharedEnvironment, shared: SharedFunctions): SharedFunction {
  const { module, maker, fields, methods, guarded } = found
  const plain = { handler: null, fields, edits: ({ plan }: { plan: SharedFunction['plan'] }) => plan.edits }
  const made = planSharedBody({ ...plain, found: { ...found, fn: maker }, fn: maker, roles: found.roles }, env, shared)
  const own = methods.map((fn) =>
    planSharedBody(
      {
        ...plain,
        found: {
          ...found,
          node: fn,
          fn,
          name: fn.key.type === 'Identifier' ? fn.key.name : '',
          owner: `${found.name}.`,
        },
        fn,
        // Beyond its parameters: what the members hold.
        roles: [...fn.params.map(() => 'other' as const), 'req', 'res'],
        names: { request: `this.${FIELDS.request}`, headers: `this.${FIELDS.headers}` },
      },
      env,
      shared,
    ),
  )
  const all = [made, ...own]
  const takes = joinTakes(all)
  const at: Lowering = {
    ...made.at,
    notes: all.flatMap((one) => one.at.notes),
    blockers: all.flatMap((one) => one.at.blockers),
  }
  const [first] = all.flatMap(({ summary }) => summary.blocked ?? [])
  for (const node of findFaults(found, all)) block(at, 'PA500', node, { why: 'kept' })
  const [fault] = at.blockers
  const blocked = first ?? (fault ? whyBlocked(fault, found) : undefined)
  const type = requestType(at, takes)
  const holds = {
    request: own.some(({ plan }) => plan.takes.request !== null),
    headers: own.some(({ plan }) => plan.takes.headers),
  }
  return {
    ...made,
    at,
    source: found,
    plan: { ...made.plan, takes },
    summary: { ...summaryOf(all, takes), ...(blocked ? { blocked } : {}) },
    calls: new Map(all.flatMap(({ calls }) => [...calls])),
    custom: new Set(all.flatMap(({ custom }) => [...custom])),
    readsUrl: all.some(({ readsUrl }) => readsUrl),
    queryKeys: joinKeys(all),
    edits: [...all.flatMap(({ edits }) => edits), ...storeEdits(found, made.at, holds)],
    imports: all.flatMap(({ imports }) => imports),
    notes: [...new Set(all.flatMap(({ notes }) => notes))],
    subclass: {
      found,
      parameters: spread(helperParameters(made.model, at, takes), parameterRange(maker, module.file.text), at),
      fields: [
        ...(holds.request ? [{ name: FIELDS.request, type }] : []),
        ...(holds.headers ? [{ name: FIELDS.headers, type: 'Headers' }] : []),
      ],
      opened: membersOf(found, [guarded, ...methods]).filter(isPrivate),
    },
  }
}

/** What it does to the answer of its maker, now or later: it may put headers on it, as a package does that keeps a session. */
function summaryOf(all: readonly SharedFunction[], takes: Takes): HelperSummary {
  const [made, ...others] = all.map(({ summary }) => summary)
  const summaries = made ? [made, ...others] : others
  return {
    kind: takes.headers ? 'effects' : 'reads',
    takes,
    readsBody: null,
    inherits: false,
    sharesHeaders: takes.headers,
    setsType: strongestType(summaries.map(({ setsType }) => setsType)),
    setsCookies: summaries.some(({ setsCookies }) => setsCookies),
    // What a method sets while a handler runs may come after what the handler sets: a wrapper could not tell.
    isMergeable: summaries.every(({ isMergeable }) => isMergeable) && others.every((one) => !one.takes.headers),
    setsBefore: { headers: takes.headers, lasting: takes.headers, status: false },
    ownsStatus: true,
    returns: { answered: [], unanswered: ['truthy'] },
    statuses: [],
    becameAsync: false,
  }
}

function joinTakes(all: readonly SharedFunction[]): Takes {
  const takes = all.map(({ plan }) => plan.takes)
  const isNext = takes.some(({ request }) => request === 'NextRequest')
  return {
    request: isNext ? 'NextRequest' : 'Request',
    params: false,
    headers: takes.some(({ headers }) => headers),
    body: false,
    query: false,
    answer: false,
    custom: [...new Set(takes.flatMap(({ custom }) => custom))],
  }
}

function joinKeys(all: readonly SharedFunction[]): ReadonlySet<string> | null {
  const keys = all.map(({ queryKeys }) => queryKeys)
  return keys.includes(null) ? null : new Set(keys.flatMap((some) => [...(some ?? [])]))
}

/** What cannot be done in a class that extends it: answers, bodies, params, names that are taken, members that nobody else may touch. */
function findFaults(found: RequestClass, [made, ...own]: readonly SharedFunction[]): Node[] {
  const { node, maker, guarded, methods } = found
  const isOther = ({ summary, plan }: SharedFunction): boolean =>
    !/^(?:reads|effects)$/.test(summary.kind) ||
    summary.readsBody !== null ||
    plan.takes.params ||
    plan.takes.body ||
    plan.takes.query ||
    plan.takes.answer ||
    summary.becameAsync
  const faults: Node[] = [...(made ? [made] : []), ...own].filter(isOther).map(({ model }) => model.fn)
  const isOutside = made?.edits.some(({ start, end }) => start < startOf(guarded) || end > endOf(guarded))
  if (isOutside || made?.plan.usesAwait) faults.push(maker)
  const taken = node.body.body.filter(
    (m) => 'key' in m && m.key.type === 'Identifier' && Object.values(FIELDS).includes(m.key.name),
  )
  const hidden = [guarded, ...methods].filter((part) => some(part, (n) => n.type === 'PrivateName'))
  return [...faults, ...taken, ...hidden, ...membersOf(found, [guarded]).filter((m) => 'readonly' in m && m.readonly)]
}

/** The members of the class that some code names, and those that it is. */
function membersOf({ node, fields }: RequestClass, code: readonly Node[]): Node[] {
  const names = new Set<string>()
  for (const part of code)
    walk(part, (n) => {
      if (isMember(n) && n.object.type === 'ThisExpression') names.add(memberName(n) ?? '')
      return undefined
    })
  for (const name of fields.keys()) names.delete(name)
  return node.body.body.filter(
    (m) => code.includes(m) || ('key' in m && m.key.type === 'Identifier' && names.has(m.key.name)),
  )
}

const isPrivate = (member: Node): boolean => 'accessibility' in member && member.accessibility === 'private'

/** `this.req = req` becomes `this.request = request`, where a method uses it. */
function storeEdits(
  { guarded, fields }: RequestClass,
  { names }: Lowering,
  holds: { request: boolean; headers: boolean },
): SharedFunction['edits'][number][] {
  const edits: SharedFunction['edits'][number][] = []
  walk(guarded.consequent, (node) => {
    const target = node.type === 'AssignmentExpression' && isMember(node.left) ? memberName(node.left) : null
    const root = target === null ? undefined : fields.get(target)
    const statement = parentOf(node)
    if (!root || statement?.type !== 'ExpressionStatement' || !contains(guarded, statement)) return undefined
    const kind = root === 'req' ? 'request' : 'headers'
    if (holds[kind])
      edits.push({ start: startOf(node), end: endOf(node), pieces: [`this.${FIELDS[kind]} = ${names[kind]}`] })
    else edits.push({ start: startOf(statement), end: endOf(statement), pieces: [] })
    return undefined
  })
  return edits
}
