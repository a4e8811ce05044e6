import type { StreamEvent } from './event.ts'

/**
 * Whether a value is an event with the fields of its type. Asked for each event that a plugin's stage gives: what is in the
 * objects of a `raw` and an `error`, and in the optional fields, is not looked at.
 */
export function isStreamEvent(value: unknown): value is StreamEvent {
  return typeof value === 'object' && value !== null && 'type' in value && hasItsFields(value)
}

function hasItsFields(event: { type: unknown } & Partial<Record<string, unknown>>): boolean {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'refusal-delta':
      return isNumber(event.choice) && isText(event.delta)
    case 'tool-call-delta':
      return isNumber(event.choice) && isNumber(event.index) && isText(event.delta)
    case 'tool-call-start':
      return isNumber(event.choice) && isNumber(event.index) && isText(event.id) && isText(event.name)
    case 'tool-call-end':
      return isNumber(event.choice) && isNumber(event.index)
    case 'choice-end':
      return isNumber(event.choice) && isText(event.reason)
    case 'start':
      return isText(event.id) && isText(event.model) && isNumber(event.created)
    case 'usage':
      return isNumber(event.inputTokens) && isNumber(event.outputTokens)
    case 'raw':
      return isText(event.format) && isObject(event.value)
    case 'error':
      return isObject(event.error)
    case 'finish':
      return true
    default:
      return false
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number'
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
