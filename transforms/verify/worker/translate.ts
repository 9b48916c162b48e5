import { canonical } from './canonical.ts'

/**
 * Calls that a migration writes in another form and that mean the same. Both are recorded as one, and give one value.
 * `getServerSession(req, res, options)` is `getServerSession(options)` in a route handler (recipes/next-auth).
 */
export function translate(name: string, args: readonly unknown[]): { name: string; args: readonly unknown[] } {
  const [first, second] = args.map((value) => canonical(value))
  const takesBoth = first === '[request]' && second === '[response]'
  if (/^next-auth(?:\/next)?\.(?:unstable_)?getServerSession$/.test(name))
    return { name: 'next-auth.getServerSession', args: takesBoth ? args.slice(2) : args }
  if (/^next-auth(?:\.default)?\(\)\.auth$/.test(name) && takesBoth) return { name, args: args.slice(2) }
  return { name, args }
}
