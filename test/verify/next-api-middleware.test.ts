import { expect, test } from 'vitest'
import { nextApiMiddlewareModule } from '../../transforms/verify/worker/next-api-middleware.ts'

/** The stand-in does what next-api-middleware@3.0.0 was seen to do (dist/index.js). */

type Handler = () => unknown
type Middleware = (req: unknown, res: unknown, next: (error?: unknown) => Promise<void>) => unknown
interface Package {
  use(...list: Middleware[]): (handler: Handler) => (req: object, res: object) => Promise<void>
}

const { use } = nextApiMiddlewareModule() as Package

/** The lines that a chain prints, and how it ends. */
async function run(list: (print: (line: string) => void) => Middleware[], handler: Handler): Promise<string[]> {
  const lines: string[] = []
  const print = (line: string): void => void lines.push(line)
  await use(...list(print))(handler)({}, {}).then(
    () => print('ended'),
    (error: unknown) => print(`failed with ${String(error)}`),
  )
  return lines
}

const caught = (print: (line: string) => void): Middleware[] => [
  async (_req, _res, next) => {
    try {
      await next()
      print('went on')
    } catch (error) {
      print(`caught ${String(error)}`)
    }
  },
]
const plain = (): Middleware[] => [
  (_req, _res, next) => {
    void next()
  },
]

test('a middleware that waits gets what the handler throws', async () => {
  const fail = () => Promise.reject(new Error('no'))
  expect(await run(caught, fail)).toEqual(['caught Error: no', 'ended'])
  expect(await run(plain, fail)).toEqual(['failed with Error: no'])
})

test.each([[undefined], [null], [0], ['']])('what throws %j has not failed', async (thrown) => {
  expect(await run(caught, () => Promise.reject(thrown))).toEqual(['went on', 'ended'])
  expect(await run(plain, () => Promise.reject(thrown))).toEqual(['ended'])
  expect(
    await run(
      (print) => [...caught(print), ...plain()],
      () => Promise.reject(thrown),
    ),
  ).toEqual(['went on', 'ended'])
})

test('next() fails with an error only', async () => {
  const failing = (error: unknown) => (): Middleware[] => [(_req, _res, next) => next(error)]
  expect(await run(failing(new Error('no')), () => undefined)).toEqual(['failed with Error: no'])
  expect(await run(failing(null), () => undefined)).toEqual(['ended'])
})
