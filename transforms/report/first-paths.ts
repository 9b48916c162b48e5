const MOST = 5

/** The first paths of a list, a line each, for a message; how many more there are is said. */
export function firstPaths(paths: readonly string[]): string[] {
  const shown = paths.slice(0, MOST).map((path) => `  ${path}`)
  return paths.length > MOST ? [...shown, `  ... and ${paths.length - MOST} more`] : shown
}
