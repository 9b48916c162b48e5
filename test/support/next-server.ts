import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** A running `next start`. */
export interface NextServer {
  origin: string
  stop: () => Promise<void>
}

/** `next build` in a folder that has `node_modules/next`. Rejects with what it printed. */
export function buildNext(dir: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [nextBin(dir), 'build'], { cwd: dir, env: nextEnv() }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`next build failed in ${dir}\n${stdout}\n${stderr}`))
    })
  })
}

export async function startNext(dir: string): Promise<NextServer> {
  const port = await findFreePort()
  // A group of its own, so that what next starts itself is stopped with it.
  const child = spawn(process.execPath, [nextBin(dir), 'start', '--port', String(port)], {
    cwd: dir,
    env: nextEnv(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stopOnExit = () => killGroup(child)
  process.once('exit', stopOnExit)
  const stop = async () => {
    process.off('exit', stopOnExit)
    const exited = child.exitCode !== null || new Promise((resolve) => child.once('exit', resolve))
    killGroup(child)
    await exited
  }
  const origin = `http://127.0.0.1:${port}`
  try {
    await waitUntilReady(child, origin)
  } catch (error) {
    await stop()
    throw error
  }
  return { origin, stop }
}

async function waitUntilReady(child: ChildProcess, origin: string): Promise<void> {
  let output = ''
  child.stdout?.on('data', (text) => {
    output += text
  })
  child.stderr?.on('data', (text) => {
    output += text
  })
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline && child.exitCode === null) {
    const isUp = await fetch(origin, { method: 'HEAD' }).then(
      () => true,
      () => false,
    )
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`next start did not come up\n${output}`)
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has gone already.
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

const nextBin = (dir: string): string => join(dir, 'node_modules/next/dist/bin/next')

/** Vitest sets NODE_ENV to test, which `next build` would take over. */
function nextEnv(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
}
