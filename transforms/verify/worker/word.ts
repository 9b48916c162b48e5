import { drawOf } from './draw.ts'
import type { World } from './world.ts'

/** One of the strings and numbers that a value of this name is compared with, else any that the project or the request has. */
export function drawWord({ words }: World, text: string, name: string): string | number | undefined {
  const own = words.named[name] ?? []
  const drawn = own.length === 0 ? undefined : own[drawOf(text, own.length)]
  const among = drawn === null ? words.request : [...words.all, ...words.request]
  return drawn ?? among[drawOf(`${text} among`, among.length)]
}
