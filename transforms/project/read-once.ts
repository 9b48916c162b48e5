import type { Host } from '../model/host.ts'

/**
 * A host that keeps the text of API routes: the pass over all sources, the checks of their imports and the migration itself want it, and
 * each read asks the disk four times. Most of the texts are part of the result anyway.
 */
export function readOnce(host: Host): Host {
  const texts = new Map<string, string>()
  return {
    ...host,
    root: host.root,
    git: host.git,
    read(path) {
      const known = texts.get(path)
      if (known !== undefined) return known
      const text = host.read(path)
      if (/(?:^|\/)pages\/api[/.]/.test(path)) texts.set(path, text)
      return text
    },
  }
}
