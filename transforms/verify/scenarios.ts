import type { Scenario } from '../model/verification.ts'

/**
 * How what lies outside behaves, the most telling first: it works, has nothing, fails, and mixtures by seed. A handler that calls nothing
 * outside needs one.
 */
export function chooseScenarios(isOpen: boolean, seed: number, mixtures: number): Scenario[] {
  const succeed: Scenario = { name: 'succeed', calls: 'succeed', seed }
  if (!isOpen) return [succeed]
  const mixed = Array.from({ length: mixtures }, (_unused, index): Scenario => {
    return { name: `mixed ${seed + index}`, calls: 'mixed', seed: seed + index }
  })
  return [succeed, { name: 'nothing', calls: 'nothing', seed }, { name: 'throw', calls: 'throw', seed }, ...mixed]
}
