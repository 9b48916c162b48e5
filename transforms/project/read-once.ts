import type { Host } from '../model/host.ts'

/** Of texts that are kept: the sources of a large repository are half of this. */
const MOST_KEPT = 64_000_000

/**
 * A host that remembers what it has said of files, for a run, which writes none: the pass over all sources, the checks of imports and the
 * migration itself want the same texts, and each read asks the disk four times; where a specifier leads is asked for by several resolvers.
 */
export function readOnce(host: Host): Host {
  const texts = new Map<string, string>()
  let kept = 0
  return {
    ...host,
    root: host.root,
    git: host.git,
    read(path) {
      const known = texts.get(path)
      if (known !== undefined) return known
      const text = host.read(path)
      if (kept + text.length <= MOST_KEPT) {
        texts.set(path, text)
        kept += text.length
      }
      return text
    },
    isFile: remember((path) => host.isFile(path)),
    real: remember((path) => host.real(path)),
  }
}

function remember<T>(ask: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>()
  return (path) => {
    const before = known.get(path)
    if (before !== undefined) return before
    const answer = ask(path)
    known.set(path, answer)
    return answer
  }
}
