import type { Path } from './source-file.ts'

/** A fault before it is known which line, flag or variable it comes from. */
export interface Problem {
  path: Path
  at: 'key' | 'value'
  message: string
}
