import { randomHex } from '../../wire/ids.ts'

const sane = /^[\w.:-]{1,128}$/

/** The client's own id where it can do no harm in a header or a log, else a new one. */
export function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && sane.test(header) ? header : `req_${randomHex(16)}`
}
