import { proxyError } from '../../errors.ts'

/** Deeper than any schema of a tool; far from where recursion ends. */
const deepest = 200

/**
 * Refuses what is JSON and can only do harm: nesting that would exhaust the stack of whoever walks it, and members named
 * `__proto__`, which are data here and something else after the next assignment. Costs by the count of values, not by
 * their length. Throws a ProxyError (400).
 */
export function checkJson(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return
  if (depth === deepest) {
    throw proxyError('invalid_value', `The request's body is nested more than ${deepest} levels deep.`)
  }
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') checkJson(item, depth + 1)
    return
  }
  if (Object.hasOwn(value, '__proto__')) {
    throw proxyError('invalid_value', "The request's body has a member named '__proto__', which is not accepted.")
  }
  for (const item of Object.values(value)) if (typeof item === 'object') checkJson(item, depth + 1)
}
