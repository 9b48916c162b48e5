/** JSON with comments, trailing commas and a byte-order mark, as tsconfig files are written. Null when it is not that. */
export function parseJsonc(text: string): unknown {
  try {
    return JSON.parse(dropTrailingCommas(dropComments(text.replace(/^\uFEFF/, '')))) as unknown
  } catch {
    return null
  }
}

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

export function asString(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function asStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

// In both, a string literal is matched first so that what looks like a comment or comma inside it stays.
function dropComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (match) =>
    match.startsWith('"') ? match : ' ',
  )
}

function dropTrailingCommas(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/g, (match) => (match === ',' ? '' : match))
}
