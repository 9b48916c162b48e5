import getRawBody from './raw-body.ts'

/** Stand-in for the body readers of `micro`. */
export async function buffer(request: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await getRawBody(request))
}

export async function text(request: AsyncIterable<Uint8Array>): Promise<string> {
  return (await buffer(request)).toString('utf8')
}

export async function json(request: AsyncIterable<Uint8Array>): Promise<unknown> {
  return JSON.parse(await text(request))
}
