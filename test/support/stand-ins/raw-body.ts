/** Stand-in for `raw-body`: the bytes of a request, or its text when an encoding is given. */
export default async function getRawBody(
  stream: AsyncIterable<Uint8Array>,
  options?: string | { encoding?: string | boolean },
): Promise<Buffer | string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const encoding = typeof options === 'string' ? options : options?.encoding
  return encoding === undefined || encoding === false ? bytes : bytes.toString('utf8')
}
