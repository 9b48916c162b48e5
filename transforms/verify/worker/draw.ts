/** A number that depends on a text alone, spread evenly: the source of everything that looks like chance in a replay. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** One of `count` cases. */
export const drawOf = (text: string, count: number): number => hashOf(text) % count

/** Eight hexadecimal digits. */
export const digest = (text: string): string => hashOf(text).toString(16).padStart(8, '0')
