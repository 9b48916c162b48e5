import type * as t from '@babel/types'
import type { Code } from '../model/diagnostic.ts'
import { isCalm } from '../syntax/calm.ts'
import type { ResponseFact } from '../model/response.ts'
import { numberValue, uncast } from '../syntax/match.ts'
import { readRace } from '../syntax/race.ts'
import { isRejection } from '../syntax/rejection.ts'
import { bindingAt } from '../syntax/scope.ts'
import { contains, endOf, functionAround, type Node, parentOf, some, startOf } from '../syntax/tree.ts'
import type { HelperCall } from './callees.ts'
import { effectsOfCallback, effectsWithin } from './callback-effects.ts'
import type { Item } from './variant.ts'
import { holdAnswer, isStraightOn, readHeldCall } from './held-answer.ts'
import { readTestGuard, readVariableGuard } from './guard-tests.ts'
import { readSentGuard } from './sent-guard.ts'
import { readValue } from './handler-value.ts'
import { passesOn } from './middleware.ts'
import { findStream } from './streams.ts'

import {
  cannotFail,
  isCalmFact,
  isInert,
  isPlainResult,
  isSettledAtOnce,
  isStop,
  readRests,
  readTogether,
  returnedTruth,
  strip,
  truthiness,
  firstOfChain,
  headOf,
} from './flow-facts.ts'
import type { EffectSite, ExitSite, Flow, FlowInput, GuardSite, Truth } from './flow-model.ts'

interface Context {
  /** Nothing runs after this list but the end of the function. */
  tail: boolean
  /** The same for a `break` met here; null outside switches and inside loops. */
  breakTail: boolean | null
  inLoop: boolean
  /** What runs after this list does something with the response; false too where nothing can be left. */
  later: boolean
  /** A tail although further answers follow: they are for the paths that come here without one. */
  isShared: boolean
  /** The answer resolves a Promise, and ends nothing: what stands after it runs as it did. */
  resolves: boolean
}

/** How a list or item can end: normally without a response, normally after one, or not at all. */
interface Ending {
  open: boolean
  answered: boolean
}

type State = Map<EffectSite, boolean>

/** What a catch may find: effects that were set, and answers that threw on the way. */
interface Interruption {
  state: State
  exits: ExitSite[]
}

/** Follows every path of a (specialised) body: where responses are sent, what was set before, and what runs after. */
export function analyseFlow(input: FlowInput): Flow {
  const flow: Flow = {
    exits: [],
    passages: [],
    effects: [],
    besides: [],
    guards: [],
    values: [],
    stops: [],
    timeouts: new Set(),
    drops: [],
    dead: [],
    problems: [],
    later: [],
    finals: [],
    between: [],
    mayFallThrough: false,
    silent: [],
    passedOn: [],
    carried: new Set(),
    interrupted: [],
    returns: { answered: [], unanswered: [] },
    met: new Set(),
  }
  const walker = new Walker(input, flow)
  const ending = walker.list(input.items, OUTERMOST)
  if (ending.open) {
    flow.mayFallThrough = true
    walker.carry()
    walker.endsSilently(null)
    flow.returns.unanswered.push({ truth: 'undefined', node: walker.lastOpen })
    // A middleware that neither answers nor calls `next()` leaves the request waiting.
    const place = input.next ? (walker.lastOpen ?? input.next[0]) : null
    if (place) flow.problems.push({ code: 'PA313', node: place })
  }
  if (ending.answered) flow.returns.answered.push('undefined')
  return flow
}

/** The answer of `res.end()` and of `found && res.end()`. */
const answerIn = (value: Node): Node => {
  const core = strip(value)
  return core.type === 'LogicalExpression' ? strip(core.right) : core
}

/** `found && res.end(); found || res.end()` */
const isOtherSide = (a: Node, b: Node): boolean => {
  const [one, other] = [a, b].map((node) => (node.type === 'ExpressionStatement' ? strip(node.expression) : null))
  if (one?.type !== 'LogicalExpression' || other?.type !== 'LogicalExpression') return false
  const [left, right] = [strip(one.left), strip(other.left)]
  const isSame = left.type === 'Identifier' && right.type === 'Identifier' && left.name === right.name
  return isSame && one.operator !== other.operator
}

const OUTERMOST: Context = {
  tail: true,
  breakTail: null,
  inLoop: false,
  later: false,
  isShared: false,
  resolves: false,
}

class Walker {
  private state: State = new Map()
  /** Effects set inside the try blocks around: they may have happened when the handler runs. */
  private tries: State[] = []
  /** Exits of each of those try blocks that may throw after they have set something. */
  private interrupted: ExitSite[][] = []
  /** States at the breaks that leave the innermost switch without an answer. */
  private breaks: State[] = []
  /** How many `finally` blocks that do something wait for this code. */
  private finals = 0
  /** The construct through which a path without an answer last came. */
  lastOpen: Node | null = null
  private readonly input: FlowInput
  private readonly flow: Flow

  constructor(input: FlowInput, flow: Flow) {
    this.input = input
    this.flow = flow
    if (input.inherits) {
      const site: EffectSite = {
        kind: 'effect',
        what: { kind: 'inherited' },
        node: {} as Node,
        statement: null,
        exits: new Map(),
        order: 0,
      }
      flow.effects.push(site)
      this.state.set(site, false)
    }
  }

  list(items: readonly Item[], context: Context): Ending {
    const before = this.lastOpen
    const ending = this.walkList(items, context)
    // No path without an answer comes out of here.
    if (!ending.open) this.lastOpen = before
    return ending
  }

  private walkList(items: readonly Item[], context: Context): Ending {
    let answered = false
    const restAfter = readRests(items)
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as Item
      const streamed = this.stream(items, i, context)
      if (streamed) return streamed
      const rest = restAfter(i)
      const next = rest[0]
      const consumed = next && rest.length >= 1 ? this.followsAnswer(next, context) : null
      const isLast = rest.length === 0
      const guard = readVariableGuard(item, rest, this.input.calls, (node) => this.answers(node))
      if (guard) {
        const { otherwise, node } = guard.test
        this.meetGuard(guard.site)
        for (const between of guard.before) this.betweenGuard(between, guard.site, context)
        i = items.indexOf(guard.test) - Number(guard.site.isOpen)
        if (!otherwise || guard.site.isOpen) continue
        // What stands in its `else` is met next, like any block.
        const elseBlock: Item = { kind: 'block', node: node.alternate ?? node, body: otherwise }
        return this.walkList([elseBlock, ...items.slice(i + 1)], context)
      }
      if (this.meetSentGuard(item)) continue
      if (this.holdInside(item, rest, context)) return { open: false, answered: false }
      if (this.hold(item, rest, context) || this.handBack(item, rest)) return { open: false, answered: false }
      if (this.meetValue(item, rest)) continue
      const isSettled = !isLast && this.areLaterAnswers(rest, context) && this.isAtOnce(item.node)
      const first = this.flow.exits.length
      const tail = (isLast && context.tail) || consumed !== null || isSettled
      // What comes after a `return` in a callback that need not return for its answer is not come to.
      const isEnded = context.resolves && rest.some(({ node }) => node.type === 'ReturnStatement')
      const later = (context.later && !isEnded) || rest.some((x) => !this.input.isUntouched(x.node))
      const isLeft = consumed !== null && next?.node.type === 'ReturnStatement'
      const isShared = !isLeft && (isSettled || context.isShared)
      const ending = this.item(item, { ...context, tail, later, isShared })
      if (isSettled && ending.answered && !ending.open && consumed === null) {
        // The first answer wins in Pages; what tried to answer after it sent nothing.
        this.dropLater(rest)
        return { open: false, answered: false }
      }
      if (isSettled && ending.answered && consumed === null) this.noteLater(item, rest)
      if (ending.answered) {
        if (consumed && !ending.open) {
          if (next?.kind === 'plain') {
            this.flow.drops.push(next.node)
            this.flow.returns.answered.push(consumed)
          }
          this.dropDeadBreaks(rest.slice(1), context)
          return { open: false, answered: false }
        }
        if (consumed && ending.open) {
          // One path answered and returns, the other returns without an answer: the return itself is met next.
          this.flow.returns.answered.push(consumed)
        } else if (isLast) answered = true
      }
      if (!ending.open) {
        const around = functionAround(item.node)
        const exits = this.flow.exits.slice(first).filter(({ node }) => functionAround(node) === around)
        const left = exits.find(({ goesOn }) => goesOn)
        const isReached = rest.length > 0 && exits.some(({ form }) => form === 'resolved')
        if (left && (isReached || this.isNeeded(rest))) this.problem('PA310', left.node)
        else if (left) this.leaveOut(rest)
        else this.dropDeadBreaks(rest, context)
        return { open: false, answered: answered && isLast }
      }
    }
    return { open: true, answered }
  }

  /** The function goes on after its answer, but does nothing more with the response: the answer waits until it has done that. */
  private holdAnswer(item: Item, rest: readonly Item[], context: Context): boolean {
    if (item.kind !== 'plain' || item.node.type !== 'ExpressionStatement') return false
    const { expression } = item.node
    const core = this.resolved(expression)
    const fact = this.input.facts.get(core)
    const call = this.input.calls.get(core)
    const isAnswer = (fact?.exit && fact.exit.kind !== 'pipe') || call?.kind === 'always'
    if (!isAnswer || core.type === 'ConditionalExpression' || (call && this.input.enter?.(core))) return false
    const { tree, isUntouched } = this.input
    const held = holdAnswer(null, rest, { tree, isTail: context.tail, isAside: isUntouched })
    if (!held) return false
    const known = this.flow.returns.answered.length
    this.exitsOf(expression, item.node, 'held', false)
    const site = this.flow.exits[this.flow.exits.length - 1]
    if (site) site.held = held
    // The caller sees what the end returns, not what sending returned.
    this.flow.returns.answered.splice(known, 1, held.end?.argument ? truthiness(held.end.argument) : 'undefined')
    return true
  }

  /** `query(sql, (error, rows) => res.json(rows)); release()`: what follows the call goes with it into the Promise, where it runs when it ran. */
  private holdInside(item: Item, rest: readonly Item[], context: Context): boolean {
    if (item.kind !== 'plain' || item.node.type !== 'ExpressionStatement' || this.finals > 0) return false
    if (context.resolves || this.isAskedAfter(item.node)) return false
    const core = this.resolved(item.node.expression)
    const isCalledBack = !this.input.calls.has(core) && this.input.enter?.(core)?.passage.isCalledBack === true
    const last = rest.at(-1)
    if (!isCalledBack || !last || !context.tail || context.breakTail !== null) return false
    if (!isStraightOn(rest, this.input.isUntouched) || this.isNeeded(rest)) return false
    const ending = this.item(item, context)
    const site = this.flow.passages.find(({ passage }) => passage.call === core)
    if (site) site.until = last.node
    if (ending.answered) this.flow.returns.answered.push('undefined')
    return true
  }

  /** A wrapper goes on after its handler: the answer waits until it has done that. */
  private hold(item: Item, rest: readonly Item[], context: Context): boolean {
    if (context.resolves) return false
    if (this.holdAnswer(item, rest, context)) return true
    const { isHandler, isAside, tree } = this.input
    const found = isHandler ? readHeldCall(item) : null
    const call = found ? this.input.calls.get(found.call) : undefined
    if (!found || !call || !isAside || !isHandler?.(call) || call.kind !== 'always' || item.kind !== 'plain')
      return false
    const held = holdAnswer(found.id, rest, { tree, isTail: context.tail, isAside })
    if (!held) return false
    this.exit({ kind: 'call', call }, found.call, found.value, item.node, 'held', false)
    const site = this.flow.exits[this.flow.exits.length - 1]
    if (site) site.held = held
    return true
  }

  /** A wrapper answers with what its handler returns, unless that has answered. */
  private meetValue(item: Item, rest: readonly Item[]): boolean {
    const { isHandler, isAside, asksAfter, tree, calls } = this.input
    const value = isHandler && isAside ? readValue(item, rest, { tree, isAside }) : null
    const call = value && calls.get(value.call)
    if (!value || !call || !isHandler?.(call) || call.kind !== 'always') return false
    const isChecked = asksAfter?.(value.call, value.test) ?? true
    this.flow.values.push({ id: value.id, before: value.before, call: value.call, isChecked })
    this.flow.met.add(value.call)
    if (!isChecked) return true
    this.exit({ kind: 'call', call }, value.call, value.awaited, item.node, 'value', false)
    const site = this.flow.exits[this.flow.exits.length - 1]
    if (site) site.value = value
    return true
  }

  /** `const result = await answer(req, res)`, or `await storage.run(store, async () => { ... })`, and `return result`. */
  private handBack(item: Item, rest: readonly Item[]): boolean {
    const declaration = item.kind === 'plain' && item.node.type === 'VariableDeclaration' ? item.node : null
    const [declarator, other] = declaration?.declarations ?? []
    const [last, more] = rest
    if (!declaration || declarator?.id.type !== 'Identifier' || !declarator.init || other || more) return false
    const result = last?.kind === 'plain' && last.node.type === 'ReturnStatement' ? last.node.argument : null
    const binding = bindingAt(this.input.tree, declarator.id)
    const isOnly = result && binding?.references.every(({ node }) => node === result)
    if (result?.type !== 'Identifier' || result.name !== declarator.id.name || !isOnly) return false
    const core = strip(declarator.init)
    const call = this.input.calls.get(core) ?? this.raced(core)?.call
    const isAnswer =
      call?.kind === 'always' && !call.merges && !this.input.isHandler?.(call) && isUntyped(declarator.id)
    if (call ? !isAnswer : !this.input.enter?.(core)) return false
    return this.exitsOf(declarator.init, declaration, 'returned', false)
  }

  /** A `break` that nothing reaches would have nothing to leave once the switch around it is opened. */
  private dropDeadBreaks(rest: readonly Item[], { breakTail }: Context): void {
    if (breakTail === null) return
    for (const item of rest)
      if (item.kind === 'plain' && item.node.type === 'BreakStatement' && !item.node.label)
        this.flow.drops.push(item.node)
  }

  /** A helper that may answer: what was set so far goes into its answer, so it is no longer this function's alone. */
  private meetGuard(guard: GuardSite): void {
    this.flow.guards.push(guard)
    this.flow.met.add(guard.call.node)
    guard.pending = [...this.state.keys()]
    const site: ExitSite = {
      kind: 'exit',
      what: { kind: 'call', call: guard.call },
      node: guard.call.node,
      statement: guard.test,
      form: 'returned',
      isNested: false,
      pending: guard.pending,
    }
    for (const [effect, certain] of this.state) effect.exits.set(site, certain)
    this.setByCall(guard.call, guard.declaration ?? guard.test)
    // The caller sees what stands after the test, not what the helper gave.
    if (guard.test.type === 'IfStatement') this.flow.returns.answered.push(truthOfLeaving(guard.test.consequent))
  }

  /** A helper that may answer, and `if (res.headersSent) return` behind it. */
  private meetSentGuard(item: Item): boolean {
    const found = readSentGuard(item, this.input.calls, this.input.isSent)
    if (!found || item.kind !== 'plain') return false
    const { call, declaration, test, isUnsent } = found
    if (declaration) this.meetGuard({ call, test, declaration, asked: NEVER, isOpen: true, pending: [] })
    else {
      this.meetGuard({ call, test: item.node, declaration, asked: NEVER, isOpen: false, pending: [] })
      this.flow.returns.answered.push(isUnsent ? 'undefined' : truthOfLeaving(test.consequent))
    }
    return true
  }

  private meetStop(call: HelperCall, statement: t.ExpressionStatement, index: number | null = null): void {
    const pending = [...this.state.keys()]
    this.flow.stops.push({ call, statement, index, pending })
    this.flow.met.add(call.node)
    const site: ExitSite = {
      kind: 'exit',
      what: { kind: 'call', call },
      node: call.node,
      statement,
      form: 'returned',
      isNested: false,
      pending,
    }
    for (const [effect, certain] of this.state) effect.exits.set(site, certain)
    this.setByCall(call, statement)
  }

  /** What a call that may answer sets where it does not. */
  private setByCall(call: HelperCall, statement: Node | null): void {
    if (!call.sets) return
    const order = this.flow.effects.length
    this.set({ kind: 'effect', what: { kind: 'call', call }, node: call.node, statement, exits: new Map(), order })
  }

  /** What a callback that is called beside this function sets is set where it is called; what it answers ends nothing here. */
  private meetBeside(statement: t.Statement): void {
    const value = valueIn(statement)
    const found = value && this.input.beside?.(this.resolved(value))
    if (!found) return
    const { flow, input, tries } = this
    // What is returned, left open or passed on in it is none of this function's, and a `return` behind an answer stays.
    const own: Flow = {
      ...flow,
      ...{ exits: [], passages: [], besides: [], guards: [], values: [], stops: [], silent: [], passedOn: [] },
      ...{ drops: [], dead: [], later: [], carried: new Set(), returns: { answered: [], unanswered: [] } },
    }
    const walker = new Walker({ ...input, inherits: false, isEntry: false }, own)
    walker.state = new Map(this.state)
    walker.tries = tries
    walker.interrupted = this.interrupted
    const first = flow.effects.length
    walker.list(found.items, { ...OUTERMOST, resolves: true })
    const effects = flow.effects.slice(first)
    // It need not be called.
    for (const site of effects) this.state.set(site, false)
    for (const exit of own.exits) if (exit.form === 'tail') exit.form = 'resolved'
    flow.exits.push(...own.exits)
    flow.besides.push({ beside: found.beside, statement, exits: own.exits, effects, touched: [] })
    const called = [...own.guards, ...own.stops].map(({ call }) => call.node)
    const unclear = [...called, ...own.passages.map((site) => site.node), ...own.dead, ...own.later]
    for (const node of unclear) this.problem('PA320', node)
  }

  /** A response that is written over time, from this item to its end; nothing may follow. */
  private stream(items: readonly Item[], index: number, context: Context): Ending | null {
    const found = findStream(items, index, this.input.facts, (node) =>
      [...this.input.calls.values()].some((c) => c.kind !== 'reads' && contains(node, c.node)),
    )
    if (!found) return null
    const after = items.slice(found.next).filter((x) => !isInert(x))
    const [next] = after
    const isEnd =
      found.region.last.type === 'ReturnStatement' ||
      (after.length === 0 && context.tail) ||
      (next !== undefined && this.followsAnswer(next, context) !== null)
    if (!isEnd) return null
    const isReturned = found.region.last.type === 'ReturnStatement'
    const consumed = next && !isReturned ? this.followsAnswer(next, context) : null
    if (next?.kind === 'plain' && !isReturned) this.flow.drops.push(next.node)
    for (const fact of [...found.region.writes, found.region.end]) this.flow.met.add(fact.node)
    const site: ExitSite = {
      kind: 'exit',
      what: { kind: 'response', fact: found.region.end },
      node: found.region.end.node,
      statement: found.region.last,
      form: 'stream',
      stream: found.region,
      isNested: false,
      pending: [...this.state.keys()],
    }
    for (const [effect, certain] of this.state) effect.exits.set(site, certain)
    this.flow.exits.push(site)
    this.flow.returns.answered.push(isReturned ? 'unknown' : (consumed ?? 'undefined'))
    return { open: false, answered: false }
  }

  /** Nothing follows but further answers with quiet values, and returns. */
  private areLaterAnswers(rest: readonly Item[], context: Context): boolean {
    const last = rest[rest.length - 1]
    const ends = context.tail || (last?.kind === 'plain' && last.node.type === 'ReturnStatement')
    return (
      ends &&
      rest.every((x) => this.isLaterAnswer(x)) &&
      rest.some(({ node }) => node.type === 'ExpressionStatement' || this.isAnswerInReturn(node))
    )
  }

  private isAnswerInReturn(node: Node): boolean {
    return node.type === 'ReturnStatement' && Boolean(node.argument && this.input.facts.has(strip(node.argument)))
  }

  private isLaterAnswer(item: Item): boolean {
    if (item.kind !== 'plain') return false
    const { node } = item
    if (node.type === 'BreakStatement') return true
    const value =
      node.type === 'ReturnStatement'
        ? node.argument
        : node.type === 'ExpressionStatement'
          ? node.expression
          : undefined
    if (value === null || (value && isPlainResult(value))) return node.type === 'ReturnStatement'
    const core = value ? strip(value) : null
    if (core?.type === 'LogicalExpression')
      return isCalm(core.left, this.input.tree) && this.isLogicalExit(core) && this.isCalmExit(strip(core.right))
    return core !== null && this.isCalmExit(core)
  }

  private isCalmExit(core: Node): boolean {
    const fact = this.input.facts.get(core)
    // A redirect writes the head, which throws once that is sent: a catch block would run.
    if (fact === undefined || (fact.exit?.kind === 'redirect' && this.tries.length > 0)) return false
    return isCalmFact(fact, this.input.tree)
  }

  private dropLater(rest: readonly Item[]): void {
    for (const item of rest) {
      if (item.kind !== 'plain') continue
      const { node } = item
      const value =
        node.type === 'ReturnStatement' ? node.argument : node.type === 'ExpressionStatement' ? node.expression : null
      if (value) this.flow.met.add(strip(value))
      this.flow.drops.push(node)
      const fact = value && this.input.facts.get(strip(value))
      if (value && this.input.facts.has(answerIn(value))) this.flow.later.push(node)
      if (node.type === 'ReturnStatement')
        this.flow.returns.answered.push(fact ? returnedTruth(fact) : value ? truthiness(value) : 'undefined')
    }
    const last = rest[rest.length - 1]
    if (last?.node.type !== 'ReturnStatement') this.flow.returns.answered.push('undefined')
  }

  /** They stay for the path that has not answered yet; what only that one comes to is no second answer. */
  private noteLater(first: Item, rest: readonly Item[]): void {
    for (const item of rest) {
      const { node } = item
      const value =
        node.type === 'ExpressionStatement' ? node.expression : node.type === 'ReturnStatement' ? node.argument : null
      if (item.kind !== 'plain' || !value || isOtherSide(first.node, node)) continue
      if (this.input.facts.has(answerIn(value))) this.flow.later.push(node)
    }
  }

  private item(item: Item, context: Context): Ending {
    switch (item.kind) {
      case 'expression':
        return this.arrowBody(item.node)
      case 'plain':
        return this.plain(item.node, context)
      case 'block':
        return this.list(item.body, context)
      case 'arms':
        return this.armsItem(item, context)
      case 'if':
        return this.ifItem(item, context)
      case 'try':
        return this.tryItem(item, context)
      case 'switch':
        return this.switchItem(item, context)
      case 'loop': {
        const before = new Map(this.state)
        const later = context.later || !this.input.isUntouched(item.node)
        const ending = this.list(item.body, { ...OUTERMOST, tail: false, inLoop: true, later })
        this.state = join(before, this.state)
        if (ending.answered) this.problem('PA310', item.node)
        return { open: true, answered: false }
      }
    }
  }

  private arrowBody(node: t.Expression): Ending {
    if (this.arrowEffect(node) || this.callbackEffects(node, node)) {
      this.flow.returns.unanswered.push({ truth: 'unknown', node })
      return { open: true, answered: false }
    }
    if (!this.exitsOf(node, node, 'arrow', false))
      this.unanswered(truthiness(node) === 'truthy' ? 'truthy' : 'unknown', node)
    return { open: false, answered: false }
  }

  /** `(res) => res.setHeader('Cache-Control', 'no-store')`, or a call of such a helper. */
  private arrowEffect(node: t.Expression): boolean {
    const core = this.resolved(node)
    const call = this.input.calls.get(core)
    const [effect, other] = this.input.facts.get(core)?.effects ?? []
    const isHeader = effect?.kind === 'header' && !other && !this.input.facts.get(core)?.exit
    if (!isHeader && call?.kind !== 'effects') return false
    this.flow.met.add(core)
    const site = { kind: 'effect' as const, node: core, exits: new Map(), order: this.flow.effects.length }
    if (isHeader) this.set({ ...site, what: effect, statement: node, isInner: true })
    else if (call) this.set({ ...site, what: { kind: 'call', call }, statement: null })
    return true
  }

  private plain(node: t.Statement, context: Context): Ending {
    this.meetBeside(node)
    this.usedCalls(node)
    if (node.type === 'ReturnStatement') {
      if (node.argument && this.passOn(node.argument)) return { open: false, answered: false }
      // It fails, past the catch around it: Next answers, here as there.
      if (node.argument && isRejection(node.argument, this.input.tree)) return { open: false, answered: false }
      if (node.argument) this.callbackEffects(node.argument, node)
      if (!node.argument) this.unanswered('undefined', node)
      else if (!this.exitsOf(node.argument, node, 'returned', false)) this.unanswered(truthiness(node.argument), node)
      return { open: false, answered: false }
    }
    if (node.type === 'ThrowStatement') return { open: false, answered: false }
    if (node.type === 'BreakStatement' && !node.label && context.breakTail !== null)
      this.breaks.push(new Map(this.state))
    if (node.type === 'BreakStatement' || node.type === 'ContinueStatement') return { open: false, answered: false }
    if (node.type === 'ExpressionStatement') return this.expression(node, context)
    if (node.type === 'VariableDeclaration')
      for (const { init } of node.declarations) if (init) this.callbackEffects(init, node)
    return { open: true, answered: false }
  }

  /** `const session = await openSession(req, res)`: what it sets goes with the answers after it, what it gives is used here. */
  private usedCalls(node: t.Statement): void {
    const values =
      node.type === 'VariableDeclaration'
        ? node.declarations.map(({ init }) => init)
        : node.type === 'ReturnStatement'
          ? [node.argument]
          : node.type === 'ExpressionStatement' && node.expression.type === 'AssignmentExpression'
            ? [node.expression.right]
            : []
    const awaited = node.type === 'ExpressionStatement' ? [node.expression] : []
    for (const value of [...values, ...awaited]) if (value) this.usedHead(value, node)
    const together = [...values, ...awaited].flatMap((value) => (value ? (readTogether(value) ?? []) : []))
    for (const value of [...values, ...together, ...this.madeIn(node)]) {
      const core = value ? firstOfChain(this.resolved(value)) : null
      const call = core ? this.input.calls.get(core) : undefined
      if (!core || call?.kind !== 'effects') continue
      this.flow.met.add(core)
      const site = { kind: 'effect' as const, node: core, exits: new Map(), order: this.flow.effects.length }
      this.set({ ...site, what: { kind: 'call', call }, statement: node })
    }
  }

  /** `await openClient(req, res).auth.getUser()`: the helper is called first, whatever comes of it. */
  private usedHead(value: Node, statement: t.Statement): void {
    const whole = this.resolved(value)
    const head = headOf(whole, (call) => this.input.calls.has(call))
    const call = head ? this.input.calls.get(head) : undefined
    if (!head || head === firstOfChain(whole) || call?.kind !== 'effects') return
    this.flow.met.add(head)
    const site = { kind: 'effect' as const, node: head, exits: new Map(), order: this.flow.effects.length }
    this.set({ ...site, what: { kind: 'call', call }, statement })
  }

  /** `await save({ tracker: new Tracker(req, res) })`: what it is handed it keeps, wherever in the statement it is made. */
  private madeIn(statement: t.Statement): Node[] {
    const around = functionAround(statement)
    return [...this.input.calls.keys()].filter(
      (made) =>
        made.type === 'NewExpression' &&
        !this.flow.met.has(made) &&
        contains(statement, made) &&
        functionAround(made) === around,
    )
  }

  private expression(statement: t.ExpressionStatement, context: Context): Ending {
    const node = statement.expression
    const core = this.resolved(node)
    const fact = this.input.facts.get(core)
    if (fact && !fact.exit) {
      this.flow.met.add(core)
      for (const effect of fact.effects)
        this.set({
          kind: 'effect',
          what: effect,
          node: core,
          statement,
          exits: new Map(),
          order: this.flow.effects.length,
        })
      return { open: true, answered: false }
    }
    const call = this.input.calls.get(firstOfChain(core))
    if (this.input.next?.includes(core)) {
      if (!context.tail) this.problem('PA310', core)
      this.passOn(node)
      return { open: false, answered: false }
    }
    if (call?.kind === 'may' && call.node === core && passesOn(call.node)) {
      this.meetGuard({ call, test: statement, declaration: null, asked: NEVER, isOpen: false, pending: [] })
      return { open: true, answered: false }
    }
    if (call?.kind === 'effects') {
      this.flow.met.add(call.node)
      this.set({
        kind: 'effect',
        what: { kind: 'call', call },
        node: call.node,
        statement,
        exits: new Map(),
        order: this.flow.effects.length,
      })
      return { open: true, answered: false }
    }
    if (call?.kind === 'stops' && isStop(statement)) {
      this.meetStop(call, statement)
      return { open: true, answered: false }
    }
    if (this.stopTogether(statement)) return { open: true, answered: false }
    if (core.type === 'LogicalExpression' && this.isLogicalExit(core)) return this.logicalExit(core, statement, context)
    if (this.callbackEffects(node, statement) || !this.isExit(core)) return { open: true, answered: false }
    if (this.leaves(core, context)) {
      this.leave(node, statement, 'tail')
      return { open: false, answered: false }
    }
    if (this.isResolved(context) && !this.isAskedAfter(node)) {
      this.exitsOf(node, statement, 'resolved', false)
      this.flow.returns.answered.push('undefined')
      return { open: false, answered: false }
    }
    const goesOn = this.goesOn(core, context, () => this.exitsOf(node, statement, 'tail', false))
    return { open: goesOn, answered: true }
  }

  /** Nothing after it has to do with the response, in a callback that need not return for its answer to be sent. */
  private isResolved({ resolves, tail, later, breakTail }: Context): boolean {
    return resolves && !tail && !later && breakTail === null && this.finals === 0
  }

  /** Whether the response was sent is asked behind it, in the same function: not `false` there, as it is where every answer ends the function. */
  private isAskedAfter(node: Node): boolean {
    const around = functionAround(node)
    return this.input.asked.some((one) => around !== null && contains(around, one) && startOf(one) >= endOf(node))
  }

  /** What may not answer leaves that to the code after it, which `return` would cut off. */
  private goesOn(core: Node, { tail, isShared }: Context, answer: () => void): boolean {
    const { length } = this.flow.silent
    answer()
    const mayBeSilent = this.flow.silent.length > length
    if (!tail || (isShared && mayBeSilent)) this.problem('PA310', core)
    return mayBeSilent && (!tail || isShared)
  }

  /**
   * `await Promise.all([allowOrigins(req, res), ...before.map((one) => one(req, res))])`: one may answer a preflight, and there are no others.
   * Others would go on working for a request that is answered, and what they throw would come to a catch.
   */
  private stopTogether(statement: t.ExpressionStatement): boolean {
    const all = readTogether(statement.expression) ?? []
    const stops = all.flatMap((element, index) => {
      const call = this.input.calls.get(strip(element))
      return call?.kind === 'stops' ? [{ call, index }] : []
    })
    const [stop, other] = stops
    const isNothing = (element: Node): boolean =>
      [...this.input.calls.values()].some(({ isListed, node }) => isListed === true && contains(element, node))
    if (!stop || other || !isStop(statement)) return false
    if (!all.every((element, i) => i === stop.index || (element.type === 'SpreadElement' && isNothing(element))))
      return false
    this.meetStop(stop.call, statement, stop.index)
    return true
  }

  /** Without await, void and casts, and without the branches of `a ? b : c` and the tests of `a && b` that are decided. */
  private resolved(node: Node): Node {
    return strip(this.liveBranch(node))
  }

  private liveBranch(node: Node): Node {
    const core = strip(node)
    const sides =
      core.type === 'ConditionalExpression'
        ? [core.consequent, core.alternate]
        : core.type === 'LogicalExpression'
          ? [core.left, core.right]
          : []
    const [live, ...others] = sides.filter((side) => this.input.isLive(side))
    return live && others.length === 0 ? this.liveBranch(live) : node
  }

  /** `!user && res.status(404).end()`: an answer on one side, nothing on the other. */
  private isLogicalExit(core: t.LogicalExpression): boolean {
    return (
      core.operator !== '??' &&
      core.right.type !== 'ConditionalExpression' &&
      !this.input.enter?.(this.resolved(core.right)) &&
      this.isExit(this.resolved(core.right))
    )
  }

  private logicalExit(core: t.LogicalExpression, statement: t.ExpressionStatement, context: Context): Ending {
    if (this.leaves(this.resolved(core.right), context)) {
      this.leave(core.right, statement, 'logical')
      this.lastOpen = statement
      return { open: true, answered: false }
    }
    this.goesOn(core, context, () => this.exitsOf(core.right, statement, 'logical', true))
    this.lastOpen = statement
    return { open: true, answered: true }
  }

  /** Headers that a callback sets which runs here and now, or one that a package calls before the answers that follow. */
  private callbackEffects(node: Node, statement: Node): boolean {
    const { callbackFacts = [], tree, isHolder } = this.input
    const core = strip(node)
    const isHeld = isHolder?.(core) === true
    const found = isHeld ? effectsWithin(core, callbackFacts) : effectsOfCallback(core, callbackFacts, tree)
    for (const { fact, effect } of found ?? []) {
      this.flow.met.add(fact.node)
      const site = { kind: 'effect' as const, what: effect, node: fact.node, statement, isInner: true as const, isHeld }
      this.set({ ...site, exits: new Map(), order: this.flow.effects.length })
    }
    return found !== null
  }

  /** Nothing in it answers later, beside what comes after it. */
  private isAtOnce(node: Node): boolean {
    const isLate = (part: Node): boolean => {
      const around = parentOf(part)?.type
      if (around === 'ReturnStatement') return false
      // A stream is only begun.
      if (this.input.facts.get(part)?.exit?.kind === 'pipe') return true
      const call = this.input.calls.get(part)
      const later = call?.kind === 'always' || call?.kind === 'may' ? this.input.later(call) : null
      if (later === 'always') return true
      if (around === 'AwaitExpression') return false
      if (call) return later !== null
      return this.input.enter?.(part)?.passage.runner.isAsync === true
    }
    return !some(node, isLate)
  }

  /** What runs only where the answer was sent before it, and is never come to now. */
  private leaveOut(rest: readonly Item[]): void {
    this.flow.drops.push(...rest.map(({ node }) => node))
    this.flow.dead.push(...rest.map(({ node }) => node))
  }

  /** It declares what other code uses: with `var`, or for a function before it; or declares that once more. */
  private isNeeded(rest: readonly Item[]): boolean {
    const isIn = (node: Node): boolean => rest.some((item) => contains(item.node, node))
    return [...this.input.tree.scopeOf.values()].some(({ bindings, types }) =>
      [...bindings.values(), ...types.values()].some(({ id, references }) =>
        references.some(({ node }) => (isIn(id) ? !isIn(node) : isIn(node) && isDeclaredAgain(node))),
      ),
    )
  }

  /** A refusal, after which the function only goes on to an answer that is never sent. */
  private leaves(core: Node, { tail, later }: Context): boolean {
    // A `finally` block may see what the code after it has done.
    if (tail || !later || this.finals > 0) return false
    const fact = this.input.facts.get(core)
    if (fact?.exit) return fact.exit.kind === 'redirect' || isError(fact, this.state)
    const call = this.input.calls.get(core)
    // What is not waited for may come after another answer.
    return call?.kind === 'always' && this.isAtOnce(core) && this.input.refuses(call)
  }

  private leave(node: Node, statement: Node, form: ExitSite['form']): void {
    const first = this.flow.exits.length
    this.exitsOf(node, statement, form, form === 'logical')
    for (const exit of this.flow.exits.slice(first)) exit.goesOn = true
    this.flow.returns.answered.push('unknown')
  }

  private isExit(core: Node): boolean {
    if (core.type === 'ConditionalExpression')
      return this.isExit(this.resolved(core.consequent)) && this.isExit(this.resolved(core.alternate))
    const call = this.input.calls.get(core)
    if (this.input.facts.get(core)?.exit || call?.kind === 'always' || call?.kind === 'may') return true
    if (this.raced(core)) return true
    return !call && Boolean(this.input.enter?.(core))
  }

  /** `Promise.race([answer(req, res), timeout])`: what the helper answers, or an error. */
  private raced(core: Node): { call: HelperCall; timeouts: readonly t.NewExpression[] } | null {
    const callOf = (element: Node): HelperCall | undefined => this.input.calls.get(uncast(element))
    const race = readRace(core, (element) => callOf(element) !== undefined, this.input.tree)
    const call = race ? callOf(race.only) : undefined
    // What it does after its answer would be in the race now.
    return race && call?.kind === 'always' && !call.merges && !call.holds && !this.input.isHandler?.(call)
      ? { call, timeouts: race.timeouts }
      : null
  }

  /** What the callbacks return, the call gives back: their ends are ends of the function. */
  private pass(core: Node, node: Node, statement: Node, form: ExitSite['form']): boolean {
    const call = this.input.calls.get(core)
    const entered = this.input.enter?.(core)
    if (!entered || (call && entered.passage.base !== core)) return false
    this.flow.met.add(core)
    this.flow.passages.push({ passage: entered.passage, node, statement, form })
    const { callbacks, catches, base } = entered.passage
    const after: State[] = []
    let failed: Interruption = { state: new Map(this.state), exits: [] }
    const before = new Map(this.state)
    const guarded = (run: () => void): void => {
      this.tries.push(failed.state)
      this.interrupted.push(failed.exits)
      run()
      this.tries.pop()
      this.interrupted.pop()
    }
    if (call) guarded(() => this.exit({ kind: 'call', call }, core, core, core, 'arrow', true))
    else if (base) guarded(() => this.exitsOf(base, base, 'arrow', true))
    callbacks.forEach((callback, i) => {
      const isCatch = catches.includes(callback)
      const { state, exits } = failed
      this.state = isCatch
        ? new Map([...state].filter(([site]) => !isSettledAtOnce(site, this.flow, this.input.tree)))
        : new Map(before)
      if (isCatch) failed = { state: new Map(this.state), exits: [] }
      const first = this.flow.exits.length
      let ending: Ending = { open: false, answered: false }
      guarded(() => {
        ending = this.list(entered.bodies[i] ?? [], { ...OUTERMOST, resolves: entered.passage.isCalledBack === true })
      })
      if (isCatch)
        for (const exit of exits)
          this.flow.interrupted.push({ exit, caught: this.flow.exits.slice(first), goesOn: ending.open })
      if (ending.open) this.unanswered('undefined', this.lastOpen ?? core, callback.body)
      if (ending.answered) this.flow.returns.answered.push('undefined')
      after.push(this.state)
    })
    this.state = after.reduce(join, after[0] ?? before)
    return true
  }

  /** Registers the exits that an expression consists of; false when it is something else. */
  private exitsOf(whole: Node, statement: Node, form: ExitSite['form'], isNested: boolean): boolean {
    const node = this.liveBranch(whole)
    const core = strip(node)
    if (core.type === 'ConditionalExpression' && this.isExit(core)) {
      this.exitsOf(core.consequent, statement, form, true)
      this.exitsOf(core.alternate, statement, form, true)
      return true
    }
    if (this.pass(core, node, statement, form)) return true
    const fact = this.input.facts.get(core)
    const call = this.input.calls.get(core)
    if (fact?.exit) this.exit({ kind: 'response', fact }, core, node, statement, form, isNested)
    else if (call && (call.kind === 'always' || call.kind === 'may')) {
      this.exit({ kind: 'call', call }, core, node, statement, form, isNested)
      if (call.kind === 'may') {
        this.flow.mayFallThrough = true
        this.setByCall(call, null)
        this.carry()
        this.endsSilently(core)
      }
    } else {
      const race = this.raced(core)
      if (!race) return false
      for (const timeout of race.timeouts) this.flow.timeouts.add(timeout)
      this.exit({ kind: 'call', call: race.call }, race.call.node, node, statement, form, isNested)
    }
    return true
  }

  private exit(
    what: ExitSite['what'],
    core: Node,
    node: Node,
    statement: Node,
    form: ExitSite['form'],
    isNested: boolean,
  ): void {
    this.flow.met.add(core)
    const site: ExitSite = { kind: 'exit', what, node, statement, form, isNested, pending: [...this.state.keys()] }
    for (const [effect, certain] of this.state) effect.exits.set(site, certain)
    if (this.flow.besides.some(({ exits }) => exits.length > 0)) site.isRaced = true
    this.flow.exits.push(site)
    const mayFail = what.kind === 'call' || !isCalmFact(what.fact, this.input.tree)
    if (mayFail) for (const list of this.interrupted) list.push(site)
    if (form !== 'tail') this.flow.returns.answered.push(what.kind === 'call' ? 'unknown' : returnedTruth(what.fact))
  }

  private set(site: EffectSite): void {
    for (const { touched } of this.flow.besides) touched.push(site.node)
    this.flow.effects.push(site)
    this.state.set(site, true)
    for (const state of this.tries) state.set(site, false)
  }

  private ifItem(item: Extract<Item, { kind: 'if' }>, context: Context): Ending {
    const guard = readTestGuard(item, this.input.calls)
    if (guard) {
      this.meetGuard(guard)
    }
    if (guard && !guard.isOpen) {
      return item.otherwise ? this.list(item.otherwise, context) : { open: true, answered: false }
    }
    const before = new Map(this.state)
    const then = this.list(item.consequent, context)
    const afterThen = this.state
    this.state = new Map(before)
    const otherwise = item.otherwise ? this.list(item.otherwise, context) : { open: true, answered: false }
    const afterElse = this.state
    this.state = !then.open ? afterElse : !otherwise.open ? afterThen : join(afterThen, afterElse)
    if (then.open || otherwise.open)
      this.lastOpen = then.open ? item.node.consequent : (item.node.alternate ?? item.node)
    return { open: then.open || otherwise.open, answered: then.answered || otherwise.answered }
  }

  private tryItem(item: Extract<Item, { kind: 'try' }>, context: Context): Ending {
    const thrown: State = new Map(this.state)
    const interrupted: ExitSite[] = []
    const exitsBefore = this.flow.exits.length
    this.tries.push(thrown)
    this.interrupted.push(interrupted)
    const isFollowed = Number((item.finalizer?.length ?? 0) > 0)
    this.finals += isFollowed
    const body = this.list(item.body, context)
    this.tries.pop()
    this.interrupted.pop()
    const afterBody = this.state
    let handler: Ending = { open: false, answered: false }
    let afterHandler: State = new Map()
    if (item.handler) {
      this.state = new Map([...thrown].filter(([site]) => !isSettledAtOnce(site, this.flow, this.input.tree)))
      const first = this.flow.exits.length
      handler = this.list(item.handler, context)
      const caught = this.flow.exits.slice(first)
      const from = context.inLoop ? {} : { from: this.flow.exits.length }
      for (const exit of interrupted) this.flow.interrupted.push({ exit, caught, goesOn: handler.open, ...from })
      afterHandler = this.state
      if (handler.open) this.lastOpen = item.node.handler ?? item.node
    }
    this.finals -= isFollowed
    this.state = !handler.open ? afterBody : !body.open ? afterHandler : join(afterBody, afterHandler)
    if (item.finalizer && item.finalizer.length > 0) {
      const { lastOpen } = this
      const ending = this.list(item.finalizer, { ...OUTERMOST, tail: false })
      this.lastOpen = lastOpen
      if (!ending.open) this.problem('PA311', item.node)
      const isHarmless = item.finalizer.every((x) => x.kind === 'plain' && cannotFail(x.node, this.input.tree))
      if (this.flow.exits.length > exitsBefore && !isHarmless) this.flow.finals.push(item.node.finalizer ?? item.node)
    }
    return { open: body.open || handler.open, answered: body.answered || handler.answered }
  }

  private switchItem(item: Extract<Item, { kind: 'switch' }>, context: Context): Ending {
    const before = new Map(this.state)
    const outer = this.breaks
    this.breaks = []
    let falling: State | null = null
    let open = !item.cases.some((c) => c.node.test === null)
    let answered = false
    const after: State[] = open ? [before] : []
    item.cases.forEach((arm, index) => {
      this.state = falling ? join(before, falling) : new Map(before)
      const isLast = index === item.cases.length - 1
      const ending = this.list(arm.body, {
        tail: context.tail && isLast,
        breakTail: context.tail,
        inLoop: context.inLoop,
        isShared: context.isShared,
        resolves: context.resolves,
        later: context.later || item.cases.slice(index + 1).some(({ node }) => !this.input.isUntouched(node)),
      })
      falling = ending.open ? this.state : null
      if (!isLast) return
      open ||= ending.open
      answered ||= ending.answered
      if (ending.open) after.push(this.state)
    })
    open ||= this.breaks.length > 0
    after.push(...this.breaks)
    this.breaks = outer
    this.state = after.length > 0 ? after.reduce(join) : before
    return { open, answered }
  }

  /** An opened switch: breaks after an answer go with it, a break that is left would have nothing to leave. */
  private armsItem(item: Extract<Item, { kind: 'arms' }>, context: Context): Ending {
    const outer = this.breaks
    this.breaks = []
    const ending = this.list(item.body, { ...context, breakTail: context.tail })
    if (this.breaks.length > 0) this.problem('PA312', item.node)
    this.breaks = outer
    return ending
  }

  /** What may stand after a response: a return of nothing that matters, or the end of a switch arm. */
  private followsAnswer(item: Item, context: Context): Truth | null {
    if (item.kind !== 'plain') return null
    const { node } = item
    // Who runs the callback may look at what it returns.
    if (context.resolves && node.type === 'ReturnStatement' && node.argument) return null
    if (node.type === 'ReturnStatement' && (!node.argument || isPlainResult(node.argument)))
      return node.argument ? truthiness(node.argument) : 'undefined'
    // `return { id: '' }` for the types: nobody looks at what a handler returns that has answered.
    if (node.type === 'ReturnStatement' && this.input.isEntry && isCalm(node.argument, this.input.tree))
      return 'unknown'
    if (node.type === 'BreakStatement' && !node.label && context.breakTail) return 'undefined'
    return null
  }

  private answers(node: Node): boolean {
    const call = this.input.calls.get(node)
    return Boolean(this.input.facts.get(node)?.exit) || call?.kind === 'always' || call?.kind === 'may'
  }

  /** Where the function has answered, what follows up to its return can only fail: the answer was sent then, and is not now. */
  private betweenGuard(item: Item, { call }: GuardSite, context: Context): void {
    this.item(item, { ...context, tail: false })
    if (item.kind !== 'plain' || !cannotFail(item.node, this.input.tree))
      this.flow.between.push({ node: item.node, call })
  }

  /** This path ends without a response: what was set on it is for whoever answers. */
  carry(): void {
    for (const site of this.state.keys()) this.flow.carried.add(site)
  }

  endsSilently(node: Node | null): void {
    this.flow.silent.push({ node, pending: new Map(this.state) })
  }

  /** `next()` in a middleware: the function that called it goes on. */
  private passOn(value: Node): boolean {
    const core = this.resolved(value)
    if (!this.input.next?.includes(core)) return false
    this.flow.passedOn.push(core)
    this.flow.mayFallThrough = true
    this.carry()
    this.flow.returns.unanswered.push({ truth: 'truthy', node: core })
    return true
  }

  private unanswered(truth: Truth, node: Node, end = node): void {
    if (this.input.next) this.problem('PA313', node)
    this.flow.mayFallThrough = true
    this.carry()
    this.endsSilently(end)
    this.flow.returns.unanswered.push({ truth, node })
  }

  private problem(code: Code, node: Node): void {
    this.flow.problems.push({ code, node })
  }
}

/** Its own status is an error, or the one that was set last. */
function isError({ effects }: ResponseFact, state: State): boolean {
  const own = effects.flatMap((effect) => (effect.kind === 'status' ? [effect.value] : []))
  const set = [...state].flatMap(([{ what }, isCertain]) => (what.kind === 'status' && isCertain ? [what.value] : []))
  const last = own.at(-1) ?? set.at(-1)
  return last !== undefined && (numberValue(last) ?? 0) >= 400
}

function join(a: State, b: State): State {
  const out: State = new Map()
  for (const [site, certain] of a) out.set(site, certain && b.get(site) === true)
  for (const [site] of b) if (!out.has(site)) out.set(site, false)
  return out
}

/** A middleware that came back has answered, whatever it gave. */
const NEVER: GuardSite['asked'] = { value: 'truthy', negated: true }

/** What a statement waits for, or a constant is given. */
function valueIn(statement: t.Statement): Node | null {
  if (statement.type === 'ExpressionStatement') return statement.expression
  const [only, other] = statement.type === 'VariableDeclaration' ? statement.declarations : []
  return (!other && only?.init) || null
}

/** What a test that is met returns. */
function truthOfLeaving(consequent: t.Statement): Truth {
  const only = consequent.type === 'BlockStatement' ? consequent.body[0] : consequent
  return only?.type === 'ReturnStatement' && only.argument ? truthiness(only.argument) : 'undefined'
}

/** `var n` for a `var n` before it: one variable, but for a function that comes in between. */
function isDeclaredAgain(node: Node): boolean {
  const parent = parentOf(node)
  return (parent?.type === 'VariableDeclarator' || parent?.type === 'FunctionDeclaration') && parent.id === node
}

function isUntyped({ typeAnnotation }: t.Identifier): boolean {
  return !typeAnnotation
}
