import { HostError } from '../model/host.ts'

/** Text is refused rather than guessed: a wrong guess would be written back as damage. */
export function decodeText(bytes: Uint8Array, path: string): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new HostError(path, `${path} is UTF-16; save it as UTF-8 first`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new HostError(path, `${path} is not valid UTF-8; save it as UTF-8 first`)
  }
  // A NUL or two may stand in a string of a source; one in every second place is another encoding.
  const start = text.slice(0, 512)
  if (start.split('\0').length - 1 > start.length / 4)
    throw new HostError(path, `${path} is binary, or UTF-16 without a mark`)
  return text
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ELOOP: 'its symlinks form a loop',
}

/** A failure of the file system in words, as a HostError. */
export function explainFailure(error: unknown, path: string, verb: 'read' | 'write' | 'delete'): HostError {
  if (error instanceof HostError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error))
  return new HostError(path, `cannot ${verb} ${path}: ${reason}`)
}
