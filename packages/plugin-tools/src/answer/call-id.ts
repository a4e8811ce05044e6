/** A new id for a call, in OpenAI's form. `node:crypto` is not imported, since the start would wait for it. */
export function newCallId(): string {
  const { randomUUID } = process.getBuiltinModule('node:crypto')
  return `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`
}
