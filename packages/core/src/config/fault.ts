/** Where a value stands in a file; lines and columns count from 1. */
export interface Location {
  file: string
  line: number
  column: number
}

/** One thing that is wrong with the configuration. */
export interface ConfigFault {
  /** Absent where the value came from the command line or the environment. */
  location?: Location
  /** The key as a dotted path, `upstream.base_url`, or the flag or variable that set it. */
  key: string
  /** What is wrong and what to write instead, on one line. */
  message: string
}

/** All faults of a configuration at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(formatFault).join('\n'))
    this.faults = faults
  }
}

/** `file:line:column  key: what is wrong, what to write instead`. */
export function formatFault({ location, key, message }: ConfigFault): string {
  const place = location ? `${location.file}:${location.line}:${location.column}  ` : ''
  return `${place}${key}: ${message}`
}
