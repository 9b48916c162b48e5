import type { Observation, ReplayRequest } from '../../model/verification.ts'
import type { KnownDifference } from './known-difference.ts'
import { compare } from '../compare.ts'
import { bodyOf, isAnswer, linesAfter, parsed, withoutErrorText } from './observations.ts'
import { requestHeader } from './requests.ts'

/** Order and ends: code after an answer, callbacks, errors, paths without an answer. */
export const flowDifferences: readonly KnownDifference[] = [
  {
    id: 'silence-answered',
    why: 'a path on which the handler never answered is answered with a status and no body',
    codes: ['PA337'],
    notInStrict: true,
    explains: (_difference, { before, after }) =>
      before.answer.kind === 'hang' && after.answer.kind === 'response' && bodyOf(after) === '',
  },
  {
    id: 'failing-answer',
    why: 'a call that failed with a TypeError answers with what it was meant to send',
    codes: ['PA242'],
    notInStrict: true,
    explains: (_difference, { before, after }) =>
      before.answer.kind === 'response' &&
      before.answer.status === 500 &&
      after.answer.kind === 'response' &&
      after.answer.status !== 500 &&
      (after.answer.status >= 400 || bodyOf(after) === ''),
  },
  {
    id: 'second-answer-of-wrapper',
    why: 'a wrapper that sent a second answer, which failed behind the first, returns that of its handler',
    codes: ['PA609'],
    explains: ({ aspect, before, after }) =>
      aspect === 'rejections' &&
      after === '' &&
      /write after end|ERR_(?:STREAM_WRITE_AFTER_END|HTTP_HEADERS_SENT)/.test(before),
  },
  {
    id: 'request-replaced',
    why: 'a field `req` or `res` of the query or body took the place of the object that it was spread over',
    codes: ['PA537'],
    explains: (_difference, { request }) => fieldsOf(request).some((name) => name === 'req' || name === 'res'),
  },
  {
    id: 'left-running',
    why: 'what still runs when something beside it in a Promise.all has failed is called before or after what the failure leads to: a matter of turns of the event loop',
    codes: ['PA568'],
    explains: ({ aspect, before: done, after: doneNow }, { before, after, scenario }) =>
      aspect === 'calls' &&
      (scenario.calls === 'throw' || scenario.calls === 'mixed') &&
      compare(before, after).every((one) => one.aspect === 'calls' || one.aspect.startsWith('header:')) &&
      sortLines(done) === sortLines(doneNow),
  },
  {
    id: 'declared-outside',
    why: 'the request went to a function outside of the project that the user has declared: a stand-in cannot show what its counterpart does',
    codes: ['PA539'],
    explains: (_difference, { before }) => before.calls.some(({ args }) => /\[re(?:quest|sponse)\]/.test(args)),
  },
  {
    id: 'finally-throws',
    why: 'an error in a finally block was only logged after the answer, and takes its place now',
    codes: ['PA316'],
    explains: ({ aspect }, { before, after }) =>
      before.answer.kind === 'response' &&
      isAnswer(after, 500, /^$/) &&
      /^(?:status|body|set-cookie|log|header:.*)$/.test(aspect),
  },
  {
    id: 'error-in-catch-block',
    why: 'next-connect 0 answered what a catch block throws with its message; Next answers 500 without a body',
    codes: ['PA583'],
    explains: ({ aspect }, { before, after }) =>
      before.answer.kind === 'response' &&
      before.answer.status >= 400 &&
      isAnswer(after, 500, /^$/) &&
      /^(?:status|body|log|header:.*)$/.test(aspect),
  },
  {
    id: 'listener-fails',
    why: 'what a listener of the answer throws was an uncaught exception, and is logged by after() now',
    codes: ['PA319', 'PA597'],
    explains: ({ aspect, before, after: value }, { after }) =>
      aspect === 'rejections' && value === '' && isThrownInAfter(before, after.afterErrors ?? []),
  },
  {
    id: 'second-answer',
    why: 'a second answer was an error that only the log shows; it is gone',
    codes: ['PA315', 'PA435', 'PA353'],
    explains: ({ aspect, before, after }) =>
      (aspect === 'log' || aspect === 'rejections') && withoutSecondAnswer(before) === withoutSecondAnswer(after),
  },
  {
    id: 'second-answer-stopped-wrapper',
    why: 'a second answer was an error, which kept a wrapper from what it does after the handler',
    codes: ['PA315'],
    explains: ({ aspect, before: done, after: doneNow }, { route, before, after }) =>
      (aspect === 'log' || aspect === 'calls') &&
      route.codes.includes('PA536') &&
      isSameAnswer(before, after) &&
      linesAfter(aspect === 'log' ? withoutSecondAnswer(done) : done, doneNow).length > 0,
  },
  {
    id: 'refused-and-done-no-more',
    why: 'what ran after a refusal without a return is not done any more',
    codes: ['PA345'],
    // A wrapper goes on after the handler, which the error of a second answer may have kept it from.
    explains: ({ aspect, before: done, after: doneNow }, { route, before, after }) =>
      (aspect === 'log' || aspect === 'calls' || aspect === 'rejections') &&
      before.answer.kind === 'response' &&
      before.answer.status >= 300 &&
      isSameStatus(before, after) &&
      (linesNotIn(done, doneNow).length === 0 || (aspect !== 'rejections' && route.codes.includes('PA536'))),
  },
  {
    id: 'refused-and-not-called',
    why: 'what runs beside a refusal by a callback is not begun any more where the refusal is there before',
    codes: ['PA353'],
    explains: ({ aspect, before: done, after: doneNow }, { before, after }) =>
      (aspect === 'log' || aspect === 'calls' || aspect === 'rejections') &&
      isRefused(before) &&
      isSameAnswer(before, after) &&
      linesNotIn(withoutSecondAnswer(done), withoutSecondAnswer(doneNow)).length === 0,
  },
  {
    id: 'error-beside-refusal',
    why: 'a callback had refused the request when the function threw, whose error is answered now',
    codes: ['PA353'],
    explains: ({ aspect }, { before, after }) =>
      isRefused(before) &&
      after.answer.kind === 'response' &&
      after.answer.status >= 500 &&
      /^(?:status|body|set-cookie|log|header:.*)$/.test(aspect),
  },
  {
    id: 'work-after-inner-answer',
    why: 'what a middleware does after next() also happens where one behind it has answered by itself',
    codes: ['PA578'],
    // The chain of the package never ends then, though the answer is there.
    explains: ({ aspect, before: done, after: doneNow }, { before, after }) =>
      (aspect === 'log' || aspect === 'calls') &&
      before.isUnfinished === true &&
      after.isUnfinished !== true &&
      isSameAnswer(before, after) &&
      linesAfter(done, doneNow).length > 0,
  },
  {
    id: 'headers-of-caught-error',
    why: 'headers that a handler or a helper had set before it threw went with the answer to the error',
    codes: ['PA533', 'PA318'],
    explains: ({ aspect, after: text }, { before, after }) =>
      (aspect.startsWith('header:') || aspect === 'set-cookie') &&
      text === '' &&
      before.answer.kind === 'response' &&
      after.answer.kind === 'response' &&
      before.answer.status === after.answer.status &&
      bodyOf(before) === bodyOf(after),
  },
  {
    id: 'work-after-answer',
    why: 'what fails after the answer was sent now takes its place',
    codes: ['PA338'],
    explains: (_difference, { before, after }) =>
      before.answer.kind === 'response' && (after.answer.kind !== 'response' || after.answer.status >= 400),
  },
  {
    id: 'chain-rejects',
    why: 'a promise chain or a call that nobody waited for (or what answered in a callback, or what a `next()` that was not awaited called) and that rejects was a request without an answer, and is a 500 now',
    codes: ['PA333', 'PA352', 'PA582', 'PA610'],
    // Nobody sees the rejections of a real server.
    explains: (_difference, { before, after, scenario }) =>
      before.answer.kind === 'hang' &&
      (before.rejections.length > 0 || scenario.name === 'real') &&
      isAnswer(after, 500, /^$/),
  },
  {
    id: 'middleware-rejects',
    why: 'a middleware that rejects, or what came after it in a function of its own, left the request without an answer, and its error is answered now',
    codes: ['PA244', 'PA264'],
    explains: (_difference, { before, after, scenario }) =>
      before.answer.kind === 'hang' &&
      (before.rejections.length > 0 || scenario.name === 'real') &&
      after.answer.kind === 'response' &&
      after.answer.status >= 400,
  },
  {
    id: 'value-missing',
    why: 'a wrapper that answers with what its handler returns had no answer for nothing, and has none now: Next answers 500',
    codes: ['PA550'],
    explains: (_difference, { before, after }) => before.answer.kind === 'hang' && isAnswer(after, 500, /^$/),
  },
]

const sortLines = (text: string): string => text.split('\n').sort().join('\n')

/** Status, body and cookies; headers have rows of their own. */
const isSameAnswer = (before: Observation, after: Observation): boolean =>
  before.answer.kind === 'response' &&
  compare(before, after).every(({ aspect }) => !/^(?:answer|status|body|set-cookie)$/.test(aspect))

const isRefused = ({ answer }: Observation): boolean => answer.kind === 'response' && answer.status >= 400

const isSameStatus = (before: Observation, after: Observation): boolean =>
  before.answer.kind === 'response' && after.answer.kind === 'response' && before.answer.status === after.answer.status

/** Each uncaught exception is one that after() caught. */
function isThrownInAfter(lines: string, caught: readonly string[]): boolean {
  const left = caught.map((text) => `uncaught ${withoutErrorText(text)}`)
  return withoutErrorText(lines)
    .split('\n')
    .every((line) => left.includes(line) && left.splice(left.indexOf(line), 1).length === 1)
}

/** Lines that are not among those of the other, in the same order. */
function linesNotIn(lines: string, now: string): readonly string[] {
  const left = lines.split('\n')
  return now.split('\n').filter((line) => {
    const at = line === '' ? 0 : left.indexOf(line)
    if (at >= 0 && line !== '') left.splice(0, at + 1)
    return at < 0
  })
}

/** Names at the top level of the query and the body. */
function fieldsOf(request: ReplayRequest): string[] {
  const { path, body = '' } = request
  const query = [...new URL(path, 'http://localhost').searchParams.keys()]
  if (/^application\/x-www-form-urlencoded/i.test(requestHeader(request, 'content-type')))
    return [...query, ...new URLSearchParams(body).keys()]
  const value = parsed(body)
  return typeof value === 'object' && value !== null ? [...query, ...Object.keys(value)] : query
}

const withoutSecondAnswer = (lines: string): string =>
  lines.replace(/^.*(?:write after end|after they are sent to the client).*\n?/gm, '').trimEnd()
