import type { Host } from '../model/host.ts'
import type { NextApp } from '../model/project.ts'
import { asObject, asString } from './jsonc.ts'
import { readJson, readOrEmpty } from './manifests.ts'
import { ancestors, inDir } from './paths.ts'

/**
 * Packages that have no types of their own, only those of `@types/`; with the first major version that has some (bcryptjs@3 umd/index.d.ts,
 * cookie@1 dist/index.d.ts). Asked where a package is not installed.
 */
const UNTYPED: ReadonlyMap<string, number> = new Map([
  ...[
    'bcrypt',
    'better-sqlite3',
    'busboy',
    'compression',
    'cookie-parser',
    'cors',
    'crypto-js',
    'express',
    'express-session',
    'formidable',
    'js-cookie',
    'jsdom',
    'jsonwebtoken',
    'lodash',
    'micro-cors',
    'mime-types',
    'morgan',
    'multer',
    'multiparty',
    'mysql',
    'nodemailer',
    'passport',
    'pg',
    'qs',
    'request-ip',
    'sanitize-html',
    'showdown',
    'validator',
    'web-push',
    'xml2js',
  ].map((name) => [name, Number.POSITIVE_INFINITY] as const),
  ['bcryptjs', 3],
  ['cookie', 1],
  ['uuid', 11],
])

/** Would TypeScript find no types for what is imported from a package (TS7016, an error where `any` must be written)? */
export function isUntyped(source: string, app: NextApp, host: Host): boolean {
  const name = /^(?:@[\w.-]+\/)?[\w][\w.-]*(?=\/|$)/.exec(source)?.[0]
  if (name === undefined || !Object.hasOwn(app.packages, name)) return false
  const types = `@types/${name.replace(/^@/, '').replace('/', '__')}`
  if (Object.hasOwn(app.packages, types)) return false
  for (const dir of ancestors(app.root)) {
    if (host.isFile(inDir(dir, `node_modules/${types}/package.json`))) return false
    const folder = inDir(dir, `node_modules/${name}`)
    if (host.isFile(`${folder}/package.json`))
      return !hasTypes(folder, source === name, host) && !isDeclared(name, host)
  }
  const major = Number(/\d+/.exec(app.packages[name] ?? '')?.[0] ?? Number.NaN)
  return major < (UNTYPED.get(name) ?? 0) && !isDeclared(name, host)
}

/** In doubt, yes: a file of a package that its manifest does not name may have types beside it. */
function hasTypes(folder: string, isWhole: boolean, host: Host): boolean {
  const json = asObject(readJson(host, `${folder}/package.json`))
  if (!isWhole || asString(json.types) !== null || asString(json.typings) !== null || json.typesVersions) return true
  const exported = JSON.stringify(json.exports ?? null)
  const files = [...exported.matchAll(/"(?:\.\/)?([^"*]+\.[cm]?js)"/g)].map(([, file = '']) => file)
  const beside = [...files, asString(json.main) ?? '', 'index.js'].map((file) =>
    file.replace(/^\.\//, '').replace(/(?:\.([cm]?)js)?$/, '.d.$1ts'),
  )
  return /"types[^"]*":/.test(exported) || beside.some((file) => host.isFile(`${folder}/${file}`))
}

/** `declare module 'bcrypt'` in a file of the project. */
function isDeclared(name: string, host: Host): boolean {
  const declares = new RegExp(`declare\\s+module\\s+["']${name.replaceAll('.', '\\.')}["'/]`)
  return host.list(['**/*.d.ts']).some((path) => declares.test(readOrEmpty(host, path)))
}
