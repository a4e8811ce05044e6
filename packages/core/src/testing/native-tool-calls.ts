import { randomUUID } from 'node:crypto'

/** A call in the form of the vendor whose model made it, as ARGO passes it on. */
export function nativeToolCall(
  vendor: 'openai' | 'anthropic' | 'google',
  call: { name: string; arguments: object },
): Record<string, unknown> {
  const id = randomUUID().replaceAll('-', '').slice(0, 24)
  switch (vendor) {
    case 'openai':
      return {
        id: `call_${id}`,
        type: 'function',
        function: { name: call.name, arguments: JSON.stringify(call.arguments) },
      }
    case 'anthropic':
      return { id: `toolu_${id}`, input: call.arguments, name: call.name, type: 'tool_use' }
    case 'google':
      return { id: null, args: call.arguments, name: call.name }
  }
}
