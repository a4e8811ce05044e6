import { ConfigError, type ConfigFault, UnreadableConfigError } from '../config/fault.ts'

/** An error as it goes to another process: with all that the command line says of an error of this process. */
export interface Failure {
  kind: 'configuration' | 'unreadable' | 'other'
  message: string
  faults?: readonly ConfigFault[]
  /** The code of an error of Node, such as `EADDRINUSE`. */
  code?: string
  syscall?: string
  stack?: string
}

/** Any thrown value, ready to be sent. */
export function toFailure(thrown: unknown): Failure {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  if (thrown instanceof ConfigError) return { kind: 'configuration', message, faults: thrown.faults }
  if (thrown instanceof UnreadableConfigError) return { kind: 'unreadable', message }
  if (!(thrown instanceof Error)) return { kind: 'other', message }
  return {
    kind: 'other',
    message,
    ...(thrown.stack && { stack: thrown.stack }),
    ...('code' in thrown && typeof thrown.code === 'string' && { code: thrown.code }),
    ...('syscall' in thrown && typeof thrown.syscall === 'string' && { syscall: thrown.syscall }),
  }
}

/** An error of the same class, with the same properties. */
export function fromFailure({ kind, message, faults = [], code, syscall, stack }: Failure): Error {
  if (kind === 'configuration') return new ConfigError(faults)
  if (kind === 'unreadable') return new UnreadableConfigError(message)
  const error = new Error(message)
  if (stack) error.stack = stack
  return Object.assign(error, code !== undefined && { code }, syscall !== undefined && { syscall })
}
