/** Where text goes. */
export interface Sink {
  write(text: string): unknown
  isTTY?: boolean | undefined
}

/** The process as the command line sees it. `isTTY` is about stdout. */
export interface Io {
  stdout: Sink
  stderr: Sink
  isTTY: boolean
  cwd: string
  env: Readonly<Record<string, string | undefined>>
}
