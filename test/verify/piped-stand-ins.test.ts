import type { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { Scenario } from '../../transforms/model/verification.ts'
import { eventsModule, streamModule } from '../../transforms/verify/worker/piped-stand-ins.ts'
import { moduleStandIn } from '../../transforms/verify/worker/stand-in.ts'
import { createWorld } from '../../transforms/verify/worker/world.ts'

/** Streams that come from outside of the project, as wrong migrations would use them. */

type Outside = { open(name: string): Readable }

const succeed: Scenario = { name: 'succeed', calls: 'succeed', seed: 0 }
const empty: Scenario = { name: 'empty', calls: 'nothing', seed: 0, only: 'store.open().pipe' }

function open(scenario: Scenario): Readable {
  const world = createWorld(scenario, { all: [], named: {}, request: [] }, new Set(['pipe', 'on', 'once', 'open']))
  world.isLoading = false
  const outside = moduleStandIn(world, 'store') as unknown as Outside
  return outside.open('report')
}

const { once: listenOnce } = eventsModule() as { once: typeof once }
const { Readable: OutsideReadable } = streamModule() as { Readable: typeof Readable }

test('another reader takes bytes of one that is piped', async () => {
  const file = open(succeed)
  let taken = ''
  file.on('data', (chunk) => {
    taken += String(chunk)
  })
  await listenOnce(file, 'end')
  expect(taken).toMatch(/^bytes of /)
})

test('one that gives nothing is at its end before anybody listens', async () => {
  const turns = async (): Promise<string> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    return 'nothing came'
  }
  const file = open(empty)
  expect(await Promise.race([listenOnce(file, 'readable'), turns()])).toBe('nothing came')
  expect(await Promise.race([listenOnce(open(succeed), 'readable'), turns()])).toEqual([])
})

test('and is piped, or given on as a web stream, without a byte', async () => {
  const target = new PassThrough()
  open(empty).pipe(target)
  expect(await new Response(Readable.toWeb(target) as ReadableStream<Uint8Array>).text()).toBe('')
  const given = OutsideReadable.toWeb(open(empty)) as ReadableStream<Uint8Array>
  expect(await new Response(given).text()).toBe('')
})
