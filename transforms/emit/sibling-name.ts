/** Names that mean something to Next in a folder of app/, or would read like it. */
const SPECIAL = new Set([
  'page',
  'layout',
  'route',
  'loading',
  'error',
  'global-error',
  'template',
  'default',
  'not-found',
  'forbidden',
  'unauthorized',
  'icon',
  'apple-icon',
  'opengraph-image',
  'twitter-image',
  'sitemap',
  'robots',
  'manifest',
  'favicon',
  'index',
])

/** Names the module after what it holds: `options` for next-auth's, else the first export that is free. */
export function chooseName(exported: readonly string[], source: string, isTaken: (name: string) => boolean): string {
  const isAuth = /\[\.\.\.nextauth\]\.\w+$/.test(source) && exported.some((name) => /options$/i.test(name))
  const names = exported.map(kebab)
  const [first = 'shared'] = names
  const candidates = [...(isAuth ? ['options'] : []), ...names, `${first}-values`, 'shared']
  const isFree = (name: string): boolean => name !== '' && !SPECIAL.has(name) && !isTaken(name)
  const free = candidates.find(isFree)
  if (free !== undefined) return free
  for (let i = 2; ; i++) if (isFree(`${first}-${i}`)) return `${first}-${i}`
}

/** `authOptions` -> `auth-options`, `PAGE_SIZE` -> `page-size`, `parseURLParts` -> `parse-url-parts`. */
export function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toLowerCase()
}
