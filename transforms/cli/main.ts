import { HostError, UserError } from '../model/host.ts'
import { type Command, migrateCommand } from './flags.ts'
import { isQuestion, renderHelp } from './help.ts'
import type { Io } from './io.ts'
import { undoCommand } from './undo-flags.ts'
import { verifyCommand } from './verify-flags.ts'

/**
 * The command `routeshift`: reads the arguments (without node and script), runs, and answers the exit code.
 * Everything is imported when it is needed, so that --help starts as fast as node itself.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  if (isQuestion(argv, 'help')) {
    io.stdout.write(renderHelp(commands[argv[0] ?? ''] ?? migrateCommand))
    return 0
  }
  if (isQuestion(argv, 'version')) {
    const { toolVersion } = await import('../report/version.ts')
    io.stdout.write(`${toolVersion}\n`)
    return 0
  }
  try {
    if (argv[0] === 'explain') {
      const { explainCodes } = await import('./explain.ts')
      io.stdout.write(explainCodes(argv.slice(1)))
      return 0
    }
    const { parseArguments, parseUndoArguments, parseVerifyArguments } = await import('./parse.ts')
    if (argv[0] === 'undo') {
      const settings = parseUndoArguments(argv.slice(1))
      const [{ runUndo }, { createHost }, { undoRun }] = await Promise.all([
        import('./run-undo.ts'),
        import('../project/host.ts'),
        import('../undo.ts'),
      ])
      return runUndo(settings, io, { createHost, undoRun })
    }
    if (argv[0] === 'verify') {
      const settings = parseVerifyArguments(argv.slice(1))
      const [{ runVerify }, { createHost }, engine, live] = await Promise.all([
        import('./run-verify.ts'),
        import('../project/host.ts'),
        import('../verify.ts'),
        import('../verify-live.ts'),
      ])
      return await runVerify(settings, io, { createHost, ...engine, ...live })
    }
    const settings = parseArguments(argv)
    const [{ run }, { createHost }, engine] = await Promise.all([
      import('./run.ts'),
      import('../project/host.ts'),
      import('../migrate.ts'),
    ])
    return await run(settings, io, {
      createHost,
      ...engine,
      async migrateVerified(options, host, hooks) {
        const [{ migrateVerified }, { verifyMigration }] = await Promise.all([
          import('../migrate-verified.ts'),
          import('../verify.ts'),
        ])
        return migrateVerified(options, host, verifyMigration, hooks)
      },
    })
  } catch (error) {
    const isExpected = error instanceof UserError || error instanceof HostError
    io.stderr.write(isExpected ? `routeshift: ${error.message}\n` : describeCrash(error))
    return 1
  }
}

/** The commands that have a name. */
const commands: Readonly<Record<string, Command>> = { verify: verifyCommand, undo: undoCommand }

function describeCrash(error: unknown): string {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `routeshift crashed; please report this as a bug.\n${details}\n`
}
