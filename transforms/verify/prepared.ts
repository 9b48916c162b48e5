import type { ReplayRequest, Scenario, Verification, VerifiedRoute } from '../model/verification.ts'
import type { MissingModule } from './bundle-resolve.ts'
import type { Branch } from './instrument.ts'
import type { Job } from './worker/jobs.ts'

/** A route that is ready to run: both sides are bundled. */
export interface Prepared {
  route: VerifiedRoute
  job: Omit<Job, 'runs' | 'sides' | 'isSequence'>
  /** By their number. */
  branches: ReadonlyMap<number, Branch>
  /** Imports that lead to no file, or to one that is closed: what stands for them is not the project's. */
  missing: readonly MissingModule[]
  /** Of modules without which the route could be loaded, the one to close. */
  closable: (modules: readonly string[]) => string | null
  requests: readonly ReplayRequest[]
  scenarios: readonly Scenario[]
}

/** Verdicts of earlier runs. Replaying is deterministic: what is prepared alike has the same one. */
export interface Memory {
  recall(prepared: Prepared): Verification | null
  keep(prepared: Prepared, verdict: Verification): void
}
