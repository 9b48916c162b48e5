import { describe, expect, test } from 'vitest'
import type { Scenario } from '../../transforms/model/verification.ts'
import { canonical } from '../../transforms/verify/worker/canonical.ts'
import { moduleStandIn } from '../../transforms/verify/worker/stand-in.ts'
import { createWorld, type World } from '../../transforms/verify/worker/world.ts'

/** Something from outside that nothing is known of, as user code has it. */
type Name =
  | '$transaction'
  | 'count'
  | 'createdAt'
  | 'email'
  | 'find'
  | 'findMany'
  | 'first'
  | 'from'
  | 'hasAccess'
  | 'id'
  | 'isActive'
  | 'load'
  | 'map'
  | 'next'
  | 'role'
  | 'save'
  | 'search'
  | 'viewCount'
  | 'where'
type Unknown = ((...args: unknown[]) => Unknown) & { readonly [N in Name]: Unknown }
type Class = new (...args: unknown[]) => Unknown
type Outside = Unknown & { readonly Base: Class; readonly Client: Class; readonly DatabaseError: Class }

const succeed: Scenario = { name: 'succeed', calls: 'succeed', seed: 0 }

function open(scenario: Scenario = succeed, words: readonly string[] = []): { world: World; outside: Outside } {
  const named = { role: words }
  const world = createWorld(scenario, { all: words, named, request: [] }, new Set(['where', 'first', 'save']))
  world.isLoading = false
  return { world, outside: moduleStandIn(world, 'db') as unknown as Outside }
}

const linesOf = (world: World): string[] => world.calls().map(({ name, args }) => `${name}(${args})`)

describe('a stand-in', () => {
  test('can be called, constructed, extended, awaited and looped over', async () => {
    const { world, outside } = open()
    class Repository extends outside.Base {
      own(): string {
        return 'own'
      }
    }
    const repository = new Repository('users')
    expect(repository.own()).toBe('own')
    await repository.find({ id: 1 })
    const client = new outside.Client({ url: 'x' })
    const rows = await client.from('t').where({ a: 1 }).first()
    expect(typeof rows).toBe('object')
    const seen: unknown[] = []
    for (const item of client.load() as unknown as Iterable<unknown>) seen.push(item)
    for await (const item of client.load() as unknown as AsyncIterable<unknown>) seen.push(item)
    expect(seen).toHaveLength(4)
    expect(linesOf(world)).toEqual([
      'new db.Base("users")',
      'db.Base.prototype.find({"id": 1})',
      'new db.Client({"url": "x"})',
      'db.Client.from("t")',
      'db.Client.from().where({"a": 1})',
      'db.Client.from().where().first()',
      'db.Client.load()',
      'db.Client.load()',
    ])
  })

  test('is like an array where it is used as one, and like a text where a text is needed', () => {
    const { outside } = open()
    const found = outside.search('x')
    expect(found.map((item: unknown) => typeof item)).toEqual(['object', 'object'])
    expect(`${found}`).toMatch(/^search-[\da-f]{8}$/)
    expect(Number(found)).toBeGreaterThan(0)
    expect(JSON.parse(JSON.stringify(found))).toMatchObject({ outside: expect.stringMatching(/^db\.search\(\)~/) })
    expect(Object.keys({ ...(found as object) })).toEqual(['id', 'name'])
  })

  test('binds what it is called with to an object, and is a container where it is asked for a name', async () => {
    const { world, outside } = open()
    await outside.find.bind({})('one')
    const container = outside.from.bind('TOKEN') as Unknown
    container.where('two')
    expect(world.calls().map(({ name }) => name)).toEqual(['db.find', 'db.from.bind', 'db.from.bind().where'])
  })

  test('keeps what is written to it', async () => {
    const { outside } = open()
    const user = (await outside.find(1)) as unknown as Record<string, unknown>
    user.name = 'Ada'
    expect(user.name).toBe('Ada')
    expect(JSON.parse(JSON.stringify(user)).name).toBe('Ada')
    delete user.name
    expect(user.name).toBeUndefined()
  })

  test('is not its own class: an endless chain of prototypes would hang instanceof', () => {
    const { outside } = open()
    expect(outside instanceof Error).toBe(false)
    expect(outside.find() instanceof Error).toBe(false)
  })
})

describe('values', () => {
  const read = async (scenario: Scenario, args: readonly unknown[]): Promise<string> => {
    const { outside } = open(scenario, ['admin'])
    const user = await outside.find(...args)
    return JSON.stringify([user.email, user.role, user.createdAt, user.isActive])
  }

  test('are the same for the same call, and others for another', async () => {
    expect(await read(succeed, [{ id: 1 }])).toBe(await read(succeed, [{ id: 1 }]))
    expect(await read(succeed, [{ id: 1 }])).not.toBe(await read(succeed, [{ id: 2 }]))
    expect(await read(succeed, [{ id: 1, a: undefined }])).not.toBe(await read(succeed, [{ id: 1 }]))
  })

  test('of the second call are not those of the first', async () => {
    const { outside } = open()
    expect((await outside.next()).id).not.toBe((await outside.next()).id)
  })

  test('look like what their name says', async () => {
    const { outside } = open()
    const user = await outside.find()
    expect(user.email).toMatch(/@example\.test$/)
    expect(user.createdAt).toBeInstanceOf(Date)
    expect(user.isActive).toBe(true)
    expect(user.viewCount).toEqual(expect.any(Number))
    expect(await outside.findMany()).toHaveLength(2)
    expect(await outside.count()).toEqual(expect.any(Number))
  })

  test('are what the code compares them with, in some of the mixtures', async () => {
    const roles = new Set<unknown>()
    for (let seed = 0; seed < 20; seed++) {
      const { outside } = open({ name: 'values', calls: 'mixed', seed, only: 'no call' }, ['admin'])
      roles.add((await outside.find()).role)
    }
    expect(roles).toContain('admin')
    expect(roles.size).toBeGreaterThan(2)
  })
})

describe('scenarios', () => {
  test('nothing: null, no items, false', async () => {
    const { outside } = open({ name: 'nothing', calls: 'nothing', seed: 0 })
    expect(await outside.findMany()).toEqual([])
    expect(await outside.hasAccess()).toBe(false)
    expect([null, undefined]).toContain(await outside.find())
  })

  test('throw: an error that can be caught, a class from outside may claim it', async () => {
    const { outside } = open({ name: 'throw', calls: 'throw', seed: 0 })
    const error = await Promise.resolve(outside.find(1)).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toMatch(/^Error: db\.find\(\) failed/)
    expect(typeof (error instanceof outside.DatabaseError)).toBe('boolean')
  })

  test('throw: a chain can be built before it fails', async () => {
    const { world, outside } = open({ name: 'throw', calls: 'throw', seed: 0 })
    const query = outside.from('t').where({ a: 1 })
    await expect(Promise.resolve(query)).rejects.toThrow('failed')
    expect(linesOf(world)).toEqual(['db.from("t")', 'db.from().where({"a": 1})'])
  })

  test('only: the others succeed', async () => {
    const { outside } = open({ name: 'only', calls: 'throw', seed: 0, only: 'db.save' })
    expect(typeof (await outside.find())).toBe('object')
    await expect(Promise.resolve(outside.save())).rejects.toThrow('db.save() failed')
  })
})

describe('functions that are handed over', () => {
  test('run: a transaction gives what its function gives', async () => {
    const { world, outside } = open()
    const value = await (outside.$transaction(async (tx: Unknown) => {
      await tx.save(1)
      return 'done'
    }) as unknown as Promise<string>)
    expect(value).toBe('done')
    expect(linesOf(world)[0]).toBe('db.$transaction([function])')
    expect(linesOf(world)[1]).toMatch(/\.save\(1\)$/)
  })

  test('run: an error first, then the value', async () => {
    const told = (scenario: Scenario): Promise<unknown> =>
      new Promise((resolve) => open(scenario).outside.load((error: unknown, value: unknown) => resolve(error ?? value)))
    expect(await told({ name: 'throw', calls: 'throw', seed: 0 })).toBeInstanceOf(Error)
    expect(await told(succeed)).not.toBeInstanceOf(Error)
  })
})

describe('the text of arguments', () => {
  test.each([
    [{ b: 1, a: [undefined, null] }, '{"a": [undefined, null], "b": 1}'],
    [new Map([['a', new Set([1])]]), 'Map{"a" => Set{1}}'],
    [new Date(0), 'Date(1970-01-01T00:00:00.000Z)'],
    [Buffer.from('x'), 'Buffer(eA==)'],
    [new Uint8Array([120]), 'Uint8Array(eA==)'],
    [new TypeError('no'), 'TypeError: no'],
    [new Headers({ b: '1', a: '2' }), 'Headers([["a","2"],["b","1"]])'],
    [new URL('http://a.test/b'), 'URL(http://a.test/b)'],
    [() => 1, '[function]'],
    [
      new (class Point {
        x = 1
      })(),
      'Point {"x": 1}',
    ],
    [-0, '-0'],
    [10n, '10n'],
  ])('%o', (value, text) => {
    expect(canonical(value)).toBe(text)
  })

  test('circles end', () => {
    const circle: Record<string, unknown> = { a: 1 }
    circle.self = circle
    expect(canonical(circle)).toBe('{"a": 1, "self": [circle 1]}')
  })
})
