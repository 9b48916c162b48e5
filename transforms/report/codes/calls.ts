import type { CodeText } from '../../model/diagnostic.ts'

/** PA5xx: wrappers, and calls that req or res is passed to. */
export const callsCodes: Record<string, CodeText> = {}
