import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getRawBody from './raw-body.ts'

/** Stand-in for formidable 3: every value is an array, files are written to a temporary folder. */
export interface File {
  filepath: string
  originalFilename: string | null
  mimetype: string | null
  size: number
}

export type Fields = Record<string, string[] | undefined>
export type Files = Record<string, File[] | undefined>
type Callback = (error: unknown, fields: Fields, files: Files) => void

export class IncomingForm {
  parse(request: IncomingMessage): Promise<[Fields, Files]>
  parse(request: IncomingMessage, callback: Callback): void
  parse(request: IncomingMessage, callback?: Callback): Promise<[Fields, Files]> | undefined {
    const parsed = parseForm(request)
    if (callback === undefined) return parsed
    parsed.then(
      ([fields, files]) => callback(null, fields, files),
      (error: unknown) => callback(error, {}, {}),
    )
    return undefined
  }
}

export function formidable(): IncomingForm {
  return new IncomingForm()
}

export default formidable

async function parseForm(request: IncomingMessage): Promise<[Fields, Files]> {
  const bytes = Buffer.from(await getRawBody(request))
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(bytes, { headers }).formData()
  const fields: Fields = {}
  const files: Files = {}
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') {
      fields[name] = [...(fields[name] ?? []), value]
      continue
    }
    const filepath = join(tmpdir(), `routeshift-upload-${randomUUID()}`)
    writeFileSync(filepath, Buffer.from(await value.arrayBuffer()))
    const file = { filepath, originalFilename: value.name, mimetype: value.type, size: value.size }
    files[name] = [...(files[name] ?? []), file]
  }
  return [fields, files]
}
