import type { ProxyError } from '../../contract/error.ts'
import { proxyError } from '../../errors.ts'

/** The faults of a request's body, in the words that OpenAI uses. `param` is the field's path: `messages[0].content`. */

export function missing(param: string): ProxyError {
  return proxyError('missing_required_parameter', `Missing required parameter: '${param}'.`, { param })
}

/** `expected` as in `a string` or `one of a string or an array of objects`. A field that is not there is missing. */
export function wrongType(param: string, expected: string, value: unknown): ProxyError {
  if (value === undefined) return missing(param)
  const message = `Invalid type for '${param}': expected ${expected}, but got ${describe(value)} instead.`
  return proxyError('invalid_type', message, { param })
}

export function wrongValue(param: string, message: string): ProxyError {
  return proxyError('invalid_value', message, { param })
}

export function emptyArray(param: string): ProxyError {
  return wrongValue(param, `Invalid '${param}': empty array. Expected an array with minimum length 1.`)
}

export function notOneOf(param: string, value: unknown, supported: readonly unknown[]): ProxyError {
  const given = typeof value === 'string' ? `'${excerpt(value)}'` : describe(value)
  const list = supported.map((each) => `'${String(each)}'`)
  const last = list.pop()
  const values = list.length > 0 ? `${list.join(', ')} and ${last}` : `${last}`
  return wrongValue(param, `Invalid value: ${given}. Supported values are: ${values}.`)
}

export function unsupported(param: string, message: string): ProxyError {
  return proxyError('unsupported_parameter', message, { param })
}

/** The kind of a JSON value, with its article. */
function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  switch (typeof value) {
    case 'string':
      return 'a string'
    case 'boolean':
      return 'a boolean'
    case 'number':
      // JSON has no infinity, but numbers that become one.
      if (!Number.isFinite(value)) return 'a number that is too large'
      return Number.isInteger(value) ? 'an integer' : 'a decimal'
    default:
      return 'an object'
  }
}

/** The beginning of what a client sent, for a message that is read by people. */
export function excerpt(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text
}
