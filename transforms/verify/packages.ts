import type { Host } from '../model/host.ts'
import { asObject, asString } from '../project/jsonc.ts'
import { readJson } from '../project/manifests.ts'
import { ancestors, dirOf, inDir } from '../project/paths.ts'

/**
 * Packages that only compute, and whose results decide what a handler answers: the installed ones run as they are. Everything else from
 * outside of the project is a stand-in. Not here: what keeps state between calls (uuid, nanoid: their pools of random bytes).
 */
const computing: readonly string[] = [
  '@hapi/boom',
  '@sinclair/typebox',
  '@standard-schema/spec',
  'ajv',
  'ajv-formats',
  'arktype',
  'boom',
  'bytes',
  'camelcase',
  'camelcase-keys',
  'change-case',
  'class-transformer',
  'class-validator',
  'clsx',
  'content-disposition',
  'content-type',
  'cookie',
  'date-fns',
  'date-fns-tz',
  'dayjs',
  'deepmerge',
  'etag',
  'fast-deep-equal',
  'fresh',
  'http-errors',
  'http-status',
  'http-status-codes',
  'iso-3166-1',
  'joi',
  'jose',
  'js-cookie',
  'json5',
  'jwt-decode',
  'lodash',
  'lodash-es',
  'luxon',
  'mime',
  'mime-types',
  'moment',
  'ms',
  'path-to-regexp',
  'qs',
  'query-string',
  'ramda',
  'reflect-metadata',
  'remeda',
  'semver',
  'set-cookie-parser',
  'slugify',
  'statuses',
  'superjson',
  'superstruct',
  'ts-pattern',
  'tslib',
  'typebox',
  'valibot',
  'validator',
  'vary',
  'yaml',
  'yup',
  'zod',
  'zod-validation-error',
]

const known = new Set(computing)

/** `zod/v4`, `lodash/get` and `date-fns/addDays` are their packages'. */
export const isComputing = (specifier: string): boolean => {
  const name = packageOf(specifier)
  return known.has(name) || name.startsWith('lodash.')
}

export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Parts of Next that handlers use at run time; its other modules are for the browser, and stand-ins here. */
export const isServerPartOfNext = (specifier: string): boolean =>
  /^next(?:\/(?:server|headers|cache|navigation|dist\/.*)(?:\.js)?)?$/.test(specifier)

/** React is needed by what renders mails and the like; it belongs to Next. */
export const isReact = (specifier: string): boolean => /^react(?:\/jsx-runtime|\/jsx-dev-runtime)?$/.test(specifier)

/**
 * A migration replaces them by something of the platform; they do nothing outside of the process, so the installed ones run as they are.
 * Where they are not installed, a stand-in does what the recipes know of them (worker/own-packages.ts).
 */
const replaced: ReadonlySet<string> = new Set([
  '@trpc/server',
  'cookies',
  'cors',
  'micro',
  'next-api-middleware',
  'next-connect',
  'nextjs-cors',
  'nookies',
  'raw-body',
  'request-ip',
])

export const isReplaced = (specifier: string): boolean => replaced.has(packageOf(specifier))

/** The newest versions that the recipes know. */
const newest: Readonly<Record<string, number>> = { formidable: 3, 'iron-session': 9, 'next-auth': 4, 'next-connect': 1 }

/** The major version that the nearest package.json above a file declares; the minor one of 0.x, which is what tells those apart. */
export const declaredMajor = (host: Host, from: string, specifier: string): number =>
  declaredIn(host, from, packageOf(specifier)) ?? newest[packageOf(specifier)] ?? 1

/** Of an installed version: whether it is what the project declares, where that declares one. */
export function isAsDeclared(host: Host, from: string, specifier: string, version: string): boolean {
  const declared = declaredIn(host, from, packageOf(specifier))
  return majorOf(version) !== null && (declared === null || declared === majorOf(version))
}

function declaredIn(host: Host, from: string, name: string): number | null {
  for (const dir of ancestors(dirOf(from))) {
    const path = inDir(dir, 'package.json')
    if (!host.isFile(path)) continue
    const json = readJson(host, path)
    const { dependencies, devDependencies } = asObject(json)
    const range = asString(asObject(dependencies)[name]) ?? asString(asObject(devDependencies)[name])
    const major = majorOf(range ?? '')
    if (major !== null) return major
  }
  return null
}

function majorOf(range: string): number | null {
  const [, major, minor] = /(\d+)(?:\.(\d+))?/.exec(range) ?? []
  return major === undefined ? null : Number(major === '0' ? (minor ?? 0) : major)
}
