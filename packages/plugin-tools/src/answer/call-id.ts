import { randomUUID } from 'node:crypto'

/** A call's id in OpenAI's form. */
export function newCallId(): string {
  return `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`
}
