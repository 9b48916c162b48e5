/** Path arithmetic on project paths: relative to the root, `/` between segments, `''` is the root itself. */

/** Joins and normalises; null when the result would leave the root. */
export function joinPath(...parts: readonly string[]): string | null {
  const out: string[] = []
  for (const segment of parts.join('/').split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') out.push(segment)
    else if (out.pop() === undefined) return null
  }
  return out.join('/')
}

/** Folder of a path; `''` for a path directly in the root. */
export function dirOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** Last segment of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** `dir` + `/` + `name`, where `dir` may be the root. */
export function inDir(dir: string, name: string): string {
  return dir === '' ? name : `${dir}/${name}`
}

/** True when `path` lies in `dir` (or is it). */
export function isInside(path: string, dir: string): boolean {
  return dir === '' || path === dir || path.startsWith(`${dir}/`)
}

/** The folder and all folders above it, nearest first, the root (`''`) last. */
export function ancestors(dir: string): string[] {
  const out = [dir]
  for (let at = dir; at !== ''; ) {
    at = dirOf(at)
    out.push(at)
  }
  return out
}
