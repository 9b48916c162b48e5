import type { Observation, ReplayRequest } from '../../model/verification.ts'
import type { Compared, KnownDifference } from './known-difference.ts'
import { isNamedMethod } from '../named-methods.ts'
import { headerOf, isAnswer, isRefused } from './observations.ts'
import { isAutomaticHead } from './requests.ts'

/** Methods: what a handler refused, and which exports a route has. */
export const methodDifferences: readonly KnownDifference[] = [
  {
    id: 'method-refused',
    why: 'a method that the handler refused in words of its own is refused by Next; work before the refusal is not done',
    codes: ['PA302'],
    notInStrict: true,
    explains: (_difference, { request, before, after, route }) =>
      isNextsOwn(route, 'PA302', request) && isRefused(before) && isRefusedByNext(request, after),
  },
  {
    id: 'refused-before-wrapper',
    why: 'a method that the handler refused is refused by Next, or served as GET (HEAD), where a wrapper may have answered it before',
    codes: ['PA330'],
    notInStrict: true,
    explains: (_difference, { request, before, after, route }) =>
      isNextsOwn(route, 'PA330', request) &&
      before.answer.kind !== 'hang' &&
      (isRefusedByNext(request, after) || isAutomaticHead(request, route)),
  },
  {
    id: 'method-never-answered',
    why: 'a method that the handler never answered (unless its work failed: 500) is refused by Next, or served as GET (HEAD)',
    codes: ['PA303'],
    explains: ({ aspect }, { request, before, after, route }) =>
      isNextsOwn(route, 'PA303', request) &&
      (before.answer.kind === 'hang' || isAnswer(before, 500, /^(?:Internal Server Error)?$/)) &&
      (isRefusedByNext(request, after) ||
        (request.method === 'HEAD' && route.exported.includes('GET') && aspect !== 'rejections')),
  },
  {
    id: 'method-not-exported',
    why: 'a handler that never looks at the method answered all of them; the route exports those it is called with',
    codes: ['PA301'],
    notInStrict: true,
    explains: (_difference, { request, after, route }) =>
      isNextsOwn(route, 'PA301', request) && isAnswer(after, 405, /^$/),
  },
  {
    id: 'method-not-exported-options',
    why: 'the same for OPTIONS, which Next answers by itself with 204 and Allow',
    codes: ['PA301'],
    notInStrict: true,
    explains: (_difference, { request, before, after, route }) =>
      request.method === 'OPTIONS' &&
      !route.exported.includes('OPTIONS') &&
      headerOf(before, 'access-control-allow-origin') === '' &&
      isAnswer(after, 204, /^$/),
  },
  {
    id: 'head-runs-get',
    why: 'HEAD was one of the methods that the code does not name; Next runs GET for it',
    codes: ['PA304'],
    notInStrict: true,
    explains: (_difference, { request, route }) => isAutomaticHead(request, route),
  },
]

const isRefusedByNext = (request: ReplayRequest, after: Observation): boolean =>
  isAnswer(after, 405, /^$/) || (request.method === 'OPTIONS' && isAnswer(after, 204, /^$/))

/** A method that the file does not export, as the code says. */
const isNextsOwn = (route: Compared['route'], code: string, { method }: ReplayRequest): boolean =>
  !route.exported.includes(method) && isNamedMethod(route, code, method)
