import type { MigrateOptions } from '../../transforms/model/options.ts'
import { defaultPackageJson } from '../support/fixture.ts'
import { runEngine } from '../support/run-fixture.ts'
import type { Fault } from './check.ts'
import type { Case } from './generate.ts'

/** A case as the files of a fixture, with what the engine made of it. */
export async function printFixture(made: Case, fault: Fault | null, options: Partial<MigrateOptions>): Promise<string> {
  const inputs = Object.entries(made.files)
    .filter(([, text]) => text !== defaultPackageJson)
    .map(([path, text]) => `--- input/${path}\n${text}`)
  const requests = fault === null || fault.run === null ? [] : [fault.run.request]
  const written = await runEngine(made.files, options).then(
    (run) => Object.entries(run.written).map(([path, text]) => `+++ output/${path}\n${text}`),
    () => [],
  )
  return [
    ...inputs,
    ...(requests.length > 0 ? [`--- requests.json\n${JSON.stringify(requests, null, 2)}\n`] : []),
    ...written,
    ...(fault?.run ? [`scenario: ${fault.run.scenario.name}`] : []),
  ].join('\n')
}
