#!/usr/bin/env node
import { main } from '../transforms/cli/main.ts'

// A reader that closes the pipe early (`| head`) is no fault of the run, which goes on to its own exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

// Not process.exit: it would cut off output that is still on its way into a pipe.
process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  isTTY: process.stdout.isTTY === true,
  cwd: process.cwd(),
  env: process.env,
})
