import type { ReplayRequest } from '../../transforms/model/verification.ts'
import { defaultPackageJson, type Files } from '../support/fixture.ts'
import { answers, effects } from './answers.ts'
import { composed } from './composed.ts'
import { contextObjects } from './context-objects.ts'
import { forwarded } from './forwarded.ts'
import { dispatches } from './dispatch.ts'
import { arms, guards } from './flows.ts'
import { closures } from './closures.ts'
import { looseAnswers } from './loose-answers.ts'
import { choose, type Draft, type Grammar, type Place } from './grammar.ts'
import { helperGuards, helperReads } from './helpers.ts'
import { madeGuards } from './made-guards.ts'
import { createHints } from './hints.ts'
import { madeClasses } from './made-classes.ts'
import { methodObjects } from './method-objects.ts'
import { callbackArms } from './callbacks.ts'
import { optionHandlers } from './option-handlers.ts'
import { modules } from './module-forms.ts'
import { createRandom, type Random } from './random.ts'
import { parts, reads } from './reads.ts'
import { writeRequests } from './requests.ts'
import { tests, values, works } from './values.ts'

/** A small project with one route, and requests that tell how it answers. */
export interface Case {
  seed: number
  n: number
  files: Files
  /** `/api/users/[id]` */
  route: string
  source: string
  requests: readonly ReplayRequest[]
  /** Names of the productions it was made of. */
  used: readonly string[]
}

/** Later capabilities add their productions here. */
export const grammar: Grammar = {
  dispatch: dispatches,
  arm: [...arms, ...callbackArms],
  read: [...reads, ...helperReads],
  part: parts,
  test: tests,
  work: works,
  effect: [...effects, ...madeClasses],
  answer: answers,
  value: values,
  guard: [...guards, ...helperGuards, ...closures, ...looseAnswers, ...madeGuards],
  module: [...modules, ...methodObjects, ...contextObjects, ...composed, ...forwarded, ...optionHandlers],
}

/** Case `n` of a seed, always the same. */
export function generateCase(seed: number, n: number, most = 12): Case {
  const random = createRandom(seed, n)
  const { route, params } = random.pick(routes)
  const isTyped = random.chance(0.7)
  const draft = startDraft(random, isTyped, params)
  const place: Place = {
    draft,
    values: [],
    taken: new Set(),
    end: 'tail',
    isAsync: random.chance(0.85),
    methods: null,
    isHelper: false,
    inLoop: false,
  }
  const text = choose(place, 'module')
  const source = `pages${route}${route.endsWith(']') || random.chance(0.8) ? '' : '/index'}.${isTyped ? 'ts' : 'js'}`
  const files = {
    'package.json': defaultPackageJson,
    ...(isTyped || draft.files['lib/track.ts'] !== undefined ? { 'tsconfig.json': tsconfig } : {}),
    ...draft.files,
    [source]: text,
  }
  return { seed, n, files, route, source, requests: writeRequests(draft, route, most), used: [...draft.used] }
}

function startDraft(random: Random, isTyped: boolean, params: Draft['params']): Draft {
  const [req, res] = random.pick([
    ['req', 'res'],
    ['req', 'res'],
    ['req', 'res'],
    ['request', 'response'],
    ['_req', 'res'],
  ])
  return {
    grammar,
    random,
    isTyped,
    req: req ?? 'req',
    res: res ?? 'res',
    params,
    hints: createHints(),
    imports: new Set(),
    declarations: new Map(),
    files: {},
    used: new Set(),
    budget: random.pick([1, 2, 2, 3]),
  }
}

const routes: [RouteShape, ...RouteShape[]] = [
  { route: '/api/items', params: [] },
  { route: '/api/items', params: [] },
  { route: '/api/items', params: [] },
  { route: '/api/items/[id]', params: [{ name: 'id', kind: 'single' }] },
  { route: '/api/items/[id]', params: [{ name: 'id', kind: 'single' }] },
  {
    route: '/api/teams/[team]/items/[id]',
    params: [
      { name: 'team', kind: 'single' },
      { name: 'id', kind: 'single' },
    ],
  },
  { route: '/api/docs/[...slug]', params: [{ name: 'slug', kind: 'catch-all' }] },
  { route: '/api/docs/[[...slug]]', params: [{ name: 'slug', kind: 'optional-catch-all' }] },
]
interface RouteShape {
  route: string
  params: Draft['params']
}

const tsconfig = `${JSON.stringify({ compilerOptions: { strict: true, module: 'esnext', moduleResolution: 'bundler', paths: { '@/*': ['./*'] } } }, null, 2)}\n`
