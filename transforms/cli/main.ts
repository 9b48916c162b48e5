import { HostError, UserError } from '../model/host.ts'
import { isQuestion, renderHelp } from './help.ts'
import type { Io } from './io.ts'

/**
 * The command `routeshift`: reads the arguments (without node and script), runs, and answers the exit code.
 * Everything is imported when it is needed, so that --help starts as fast as node itself.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  if (isQuestion(argv, 'help')) {
    io.stdout.write(renderHelp())
    return 0
  }
  if (isQuestion(argv, 'version')) {
    const { toolVersion } = await import('../report/version.ts')
    io.stdout.write(`${toolVersion}\n`)
    return 0
  }
  try {
    const { parseArguments } = await import('./parse.ts')
    const settings = parseArguments(argv)
    const [{ run }, { createHost }, engine] = await Promise.all([
      import('./run.ts'),
      import('../project/host.ts'),
      import('../migrate.ts'),
    ])
    return await run(settings, io, { createHost, ...engine })
  } catch (error) {
    const isExpected = error instanceof UserError || error instanceof HostError
    io.stderr.write(isExpected ? `routeshift: ${error.message}\n` : describeCrash(error))
    return 1
  }
}

function describeCrash(error: unknown): string {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `routeshift crashed; please report this as a bug.\n${details}\n`
}
