import { hasCode } from '../config/has-code.ts'
import { Failure } from './failure.ts'

/** Why the port cannot be listened on, and what to do; `undefined` for any other error. */
export function listenFailure(error: unknown, { host, port }: { host: string; port: number }): Failure | undefined {
  if (hasCode(error, 'EADDRINUSE')) {
    const remedy = 'stop the program that has it, or choose another with --port (0 picks a free one)'
    return new Failure(1, `port ${port} of ${host} is taken: ${remedy}`)
  }
  if (hasCode(error, 'EACCES')) {
    return new Failure(1, `port ${port} may not be used by you: choose one above 1023 with --port`)
  }
  if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EAFNOSUPPORT', 'EINVAL'].some((code) => hasCode(error, code))) {
    return new Failure(1, `${host} is not an address of this machine: choose one with --host, such as 127.0.0.1`)
  }
  return undefined
}
