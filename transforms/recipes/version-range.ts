export type Version = readonly [major: number, minor: number, patch: number]

/** What a manifest asks for, or the version that is installed or locked. */
export interface Range {
  lowest: Version
  /** Would an install give this version or a later one. */
  lets(version: Version): boolean
}

/** Null for what is no version: a tag, a file, a workspace. */
export function parseRange(raw: string): Range | null {
  const match = /^\s*(\^|~|>=|=|v)?\s*(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?/.exec(raw)
  if (!match) return null
  const [, sign, major, minor, patch] = match
  const number = (text: string | undefined): number => (text === undefined || /[x*]/.test(text) ? 0 : Number(text))
  const lowest: Version = [Number(major), number(minor), number(patch)]
  const isOpen = (text: string | undefined): boolean => text === undefined || /[x*]/.test(text)
  return {
    lowest,
    lets: (version) => {
      if (isAtLeast(lowest, version) || sign === '>=') return true
      const isSameMajor = lowest[0] === version[0]
      if (sign === '^' || isOpen(minor)) return isSameMajor
      return isSameMajor && lowest[1] === version[1] && (sign === '~' || isOpen(patch))
    },
  }
}

function isAtLeast(a: Version, b: Version): boolean {
  return a[0] !== b[0] ? a[0] > b[0] : a[1] !== b[1] ? a[1] > b[1] : a[2] >= b[2]
}
