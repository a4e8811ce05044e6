import { ConfigError, formatFault, UnreadableConfigError } from '../config/fault.ts'
import { ProxyError } from '../contract/error.ts'
import { redactText } from '../redact.ts'

/** 1: something outside did not work. 2: the command line, the configuration or an input file is wrong. */
export type ExitStatus = 1 | 2

/** Why a command ended, in one line: the cause and the remedy. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly status: ExitStatus

  constructor(status: ExitStatus, message: string) {
    super(message)
    this.status = status
  }
}

export interface FailureReport {
  /** For the standard error output. */
  lines: string[]
  status: ExitStatus
}

/** One line for each fault, never a stack; of an error of the program itself, the stack on demand. */
export function reportFailure(thrown: unknown, verbose: boolean): FailureReport {
  if (thrown instanceof ConfigError) return { lines: thrown.faults.map(formatFault), status: 2 }
  if (thrown instanceof Failure) return { lines: [line(thrown.message)], status: thrown.status }
  if (thrown instanceof UnreadableConfigError) return { lines: [line(thrown.message)], status: 2 }
  if (thrown instanceof ProxyError) return { lines: [line(thrown.message)], status: 1 }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  // Node's own errors of files and sockets say what failed and where.
  if (thrown instanceof Error && 'syscall' in thrown) return { lines: [line(message)], status: 1 }
  const stack = verbose && thrown instanceof Error && thrown.stack ? [redactText(thrown.stack)] : []
  const remedy = verbose ? 'please report it' : 'run it again with --verbose, and report what it says'
  return { lines: [line(`internal error (${message}): ${remedy}`), ...stack], status: 1 }
}

function line(message: string): string {
  return `argo-proxy: ${redactText(message).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')}`
}
