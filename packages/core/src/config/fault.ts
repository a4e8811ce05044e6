/** A place in a file; lines and columns count from 1 and are absent where the format has none (code files). */
export interface Location {
  file: string
  line?: number
  column?: number
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

/** A configuration file that is there, or was named, and cannot be read. The message has the cause and the remedy. */
export class UnreadableConfigError extends Error {
  override readonly name = 'UnreadableConfigError'
}

/** `file:line:column  key: what is wrong, what to write instead`, always one line. */
export function formatFault({ location, key, message }: ConfigFault): string {
  return oneLine(`${location ? `${formatLocation(location)}  ` : ''}${key}: ${message}`)
}

/** `file:line:column`, as far as it is known. */
export function formatLocation({ file, line, column }: Location): string {
  return [file, line, column].filter((part) => part !== undefined).join(':')
}

/** `upstream.base_url`, `plugins[1][1].chunk`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index > 0 ? `.${part}` : part)).join('')
}

/** The order of the lines in a file; faults without a place come last. */
export function byPlace(a: ConfigFault, b: ConfigFault): number {
  const [left, right] = [a.location, b.location]
  if (!left || !right) return Number(!left) - Number(!right)
  return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0)
}

/** Control characters would break the line, or the terminal. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
