import type { Host } from '../model/host.ts'
import { ancestors, inDir } from './paths.ts'
import { readOrEmpty } from './manifests.ts'

const CONFIGS = [
  '.eslintrc',
  '.eslintrc.js',
  '.eslintrc.cjs',
  '.eslintrc.json',
  '.eslintrc.yml',
  '.eslintrc.yaml',
].concat(['js', 'mjs', 'cjs', 'ts', 'mts'].map((ending) => `eslint.config.${ending}`))

/** Sets of rules of typescript-eslint that have `no-unsafe-assignment`: v5 `recommended-requiring-type-checking`, v6 `recommended-type-checked`, v8 `recommendedTypeChecked`. */
const CHECKED = /(?:recommended|strict)-?(?:type-?checked|requiring-type-checking)\b|no-unsafe-assignment/i
const SWITCHED_OFF = /no-unsafe-assignment["']?\s*:\s*\[?\s*["']?(?:off|warn|0|1)\b/

/** Does the ESLint of an app refuse to give a value of type `any` a name? `next build` runs it (up to Next 15), and fails. */
export function refusesAny(host: Host, root: string): boolean {
  const texts = ancestors(root).flatMap((dir) => CONFIGS.map((name) => readOrEmpty(host, inDir(dir, name))))
  return texts.some((text) => CHECKED.test(text)) && !texts.some((text) => SWITCHED_OFF.test(text))
}
