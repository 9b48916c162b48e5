import { digest } from './draw.ts'
import { readBytes } from './own-packages.ts'
import type { World } from './world.ts'

type Form = Record<string, unknown>
type Request = AsyncIterable<Uint8Array> & { headers: Readonly<Record<string, string | undefined>> }

/**
 * formidable 1 to 3, as far as a form goes: version 3 gives lists, those before it the last value (lists with `multiples`). Files are
 * written where only the same request can read them.
 */
export function formidableModule(world: World, major: number): unknown {
  class IncomingForm {
    readonly #options: unknown
    constructor(options?: unknown) {
      this.#options = options
    }
    on(): this {
      return this
    }
    parse(request: Request, callback?: (error: unknown, fields: Form, files: Form) => void): unknown {
      const isList = major >= 3 || flag(this.#options, 'multiples') || flag(this, 'multiples')
      const parsed = parseForm(world, request, major, isList)
      if (callback === undefined) return parsed
      parsed.then(
        ([fields, files]) => callback(null, fields, files),
        (error: unknown) => callback(error, {}, {}),
      )
      return this
    }
  }
  const make = (options?: unknown): IncomingForm => new IncomingForm(options)
  return Object.assign(make, {
    default: make,
    formidable: make,
    IncomingForm,
    Formidable: IncomingForm,
    __esModule: true,
  })
}

const flag = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && Boolean(Reflect.get(value, name))

async function parseForm(world: World, request: Request, major: number, isList: boolean): Promise<[Form, Form]> {
  const bytes = await readBytes(request)
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(new Uint8Array(bytes), { headers }).formData()
  const [fields, files]: [Form, Form] = [{}, {}]
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name)
    const texts = values.filter((value) => typeof value === 'string')
    const uploads = await Promise.all(
      values.flatMap((value) => (typeof value === 'string' ? [] : [keep(world, value, major)])),
    )
    if (texts.length > 0) fields[name] = choose(texts, isList, major)
    if (uploads.length > 0) files[name] = choose(uploads, isList, major)
  }
  return [fields, files]
}

function choose(values: readonly unknown[], isList: boolean, major: number): unknown {
  if (major >= 3) return values
  return isList && values.length > 1 ? values : values.at(-1)
}

async function keep(world: World, file: File, major: number): Promise<object> {
  const path = `/tmp/${digest(`${file.name} ${world.files.size}`)}`
  world.files.set(path, Buffer.from(await file.arrayBuffer()))
  return major < 2
    ? { path, name: file.name, type: file.type, size: file.size }
    : { filepath: path, originalFilename: file.name, newFilename: path.slice(5), mimetype: file.type, size: file.size }
}
