import type { OutgoingMessage } from 'node:http'

/** Bytes up to which a body is written together with its head. */
const shortBody = 16 * 1024

/**
 * Ends a message with its body. A short one goes as text with a character for each byte, which Node puts behind the head and
 * writes in one go; as bytes it would be a write of its own, and as another text it would be encoded twice as slowly.
 */
export function endWith(message: OutgoingMessage, body: Buffer): void {
  if (body.length > shortBody) message.end(body)
  else message.end(body.toString('latin1'), 'latin1')
}
