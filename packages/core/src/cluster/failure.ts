import { ConfigError, type ConfigFault, UnreadableConfigError } from '../config/fault.ts'

/** An error on its way to another process: what the command line needs to tell it as if it had happened here. */
export interface Failure {
  kind: 'configuration' | 'unreadable' | 'other'
  message: string
  faults?: readonly ConfigFault[]
  /** Of Node's own errors: `EADDRINUSE`, `listen`. */
  code?: string
  syscall?: string
  stack?: string
}

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

export function fromFailure({ kind, message, faults = [], code, syscall, stack }: Failure): Error {
  if (kind === 'configuration') return new ConfigError(faults)
  if (kind === 'unreadable') return new UnreadableConfigError(message)
  const error = new Error(message)
  if (stack) error.stack = stack
  return Object.assign(error, code !== undefined && { code }, syscall !== undefined && { syscall })
}
