import { digest } from './draw.ts'
import { readBytes } from './own-packages.ts'
import type { World } from './world.ts'

type Request = AsyncIterable<Uint8Array> & {
  headers: Readonly<Record<string, string | undefined>>
  body?: unknown
  file?: unknown
  files?: unknown
}
type Middleware = (req: Request, res: unknown, next: (error?: unknown) => void) => void

interface Upload {
  fieldname: string
  [key: string]: unknown
}

/** How files are hung on the request: under `file`, as a list, or as lists by their names. */
type Hang = (request: Request, files: readonly Upload[]) => void

const MEMORY = Symbol('memoryStorage')

/** multer 1 and 2, as far as a form goes (lib/make-middleware.js). Files are written where only the same request can read them. */
export function multerModule(world: World): unknown {
  const make = (options?: unknown): object => {
    const storage = read(options, 'storage')
    const isMemory = storage === MEMORY || (storage === undefined && read(options, 'dest') === undefined)
    const middleware = (names: readonly string[] | null, hang: Hang): Middleware => {
      return (req, _res, next) => {
        if (!isMultipart(req)) return next()
        parse(world, req, { names, isMemory, hang }).then(() => next(), next)
      }
    }
    return {
      single: (name: string) => middleware([name], hangOne),
      array: (name: string) => middleware([name], hangList),
      fields: (list: readonly { name: string }[]) =>
        middleware(
          list.map(({ name }) => name),
          hangByName,
        ),
      none: () => middleware([], () => undefined),
      any: () => middleware(null, hangList),
    }
  }
  const storages = { diskStorage: (options: unknown) => ({ options }), memoryStorage: () => MEMORY }
  return Object.assign(make, storages, { default: make, MulterError: Error, __esModule: true })
}

const read = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

/** type-is@1.6.18 `hasBody`, and the type. */
function isMultipart({ headers }: Request): boolean {
  const hasBody =
    headers['transfer-encoding'] !== undefined || !Number.isNaN(Number(headers['content-length'] ?? 'none'))
  return hasBody && /^multipart\//i.test(headers['content-type'] ?? '')
}

async function parse(
  world: World,
  request: Request,
  { names, isMemory, hang }: { names: readonly string[] | null; isMemory: boolean; hang: Hang },
): Promise<void> {
  const fields: Record<string, unknown> = Object.create(null)
  request.body = fields
  const bytes = await readBytes(request)
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(new Uint8Array(bytes), { headers }).formData()
  const files: Upload[] = []
  for (const [name, value] of form) {
    if (typeof value === 'string') {
      const before = fields[name]
      fields[name] = before === undefined ? value : [before, value].flat()
    } else if (names !== null && !names.includes(name)) {
      throw Object.assign(new Error('Unexpected field'), { code: 'LIMIT_UNEXPECTED_FILE', field: name })
    } else {
      const content = Buffer.from(await value.arrayBuffer())
      const path = `/tmp/${digest(`${value.name} ${world.files.size}`)}`
      world.files.set(path, content)
      const kept = isMemory ? { buffer: content } : { destination: '/tmp', filename: path.slice(5), path }
      const known = { fieldname: name, originalname: value.name, encoding: '7bit', mimetype: value.type }
      files.push({ ...known, ...kept, size: content.length })
    }
  }
  hang(request, files)
}

const hangOne: Hang = (request, [first]) => {
  if (first) request.file = first
}

const hangList: Hang = (request, files) => {
  request.files = files
}

const hangByName: Hang = (request, files) => {
  const lists: Record<string, Upload[]> = Object.create(null)
  for (const file of files) lists[file.fieldname] = [...(lists[file.fieldname] ?? []), file]
  request.files = lists
}
