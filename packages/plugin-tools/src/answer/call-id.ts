/** A call's id in OpenAI's form. Its module of Node is not imported: a start would wait for it, and only answers need it. */
export function newCallId(): string {
  const { randomUUID } = process.getBuiltinModule('node:crypto')
  return `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`
}
