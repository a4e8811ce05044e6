import type { ModelFamily } from '../../contract/exchange.ts'
import type { ChatRequest, Tool, ToolCall, ToolChoice } from '../../contract/request.ts'
import { isRecord } from '../../record.ts'
import { parseJson } from '../json.ts'
import { unsupported } from './fields.ts'
import type { ArgoMessage, ToolHistory } from './messages.ts'

/** How one vendor writes tools; ARGO passes them on as they are. */
interface VendorForm {
  tool(tool: Tool): object
  choice(choice: ToolChoice, parallel: boolean | undefined): unknown
  history: ToolHistory
}

/** `tools`, `tool_choice` and `parallel_tool_calls` of the body; without tools none of them (it would be a 400). */
export function writeTools(request: ChatRequest, family: ModelFamily): Record<string, unknown> {
  const form = vendorForm(family)
  const { toolChoice = { type: 'auto' }, parallelToolCalls } = request
  const allowed = toolChoice.type === 'allowed' ? toolChoice.names : undefined
  const tools = request.tools?.filter(({ name }) => allowed?.includes(name) ?? true) ?? []
  if (tools.length === 0) return {}
  const choice: ToolChoice = toolChoice.type === 'allowed' ? { type: toolChoice.mode } : toolChoice
  if (form === google && choice.type === 'none') return {}
  const written: Record<string, unknown> = { tools: tools.map((tool) => form.tool(tool)) }
  const writtenChoice = form.choice(choice, parallelToolCalls)
  if (writtenChoice !== undefined) written.tool_choice = writtenChoice
  if (form === openai && parallelToolCalls !== undefined) written.parallel_tool_calls = parallelToolCalls
  return written
}

export function vendorHistory(family: ModelFamily): ToolHistory {
  return vendorForm(family).history
}

const openai: VendorForm = {
  tool: ({ name, description, parameters, strict }) => ({
    type: 'function',
    function: { name, description, parameters, strict },
  }),
  choice: (choice) => (choice.type === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.type),
  history: {
    calls: (text, calls) => ({
      role: 'assistant',
      content: text,
      tool_calls: calls.map(({ id, name, arguments: json }) => ({
        id,
        type: 'function',
        function: { name, arguments: json },
      })),
    }),
    results: (messages) => messages.map(({ message, text }) => resultMessage(message.toolCallId, text)),
  },
}

const anthropic: VendorForm = {
  tool: ({ name, description, parameters }) => ({
    name,
    description,
    input_schema: parameters ?? { type: 'object', properties: {} },
  }),
  choice: (choice, parallel) => {
    if (choice.type === 'none') return { type: 'none' }
    const named = choice.type === 'tool' ? { type: 'tool', name: choice.name } : { type: anthropicChoice(choice) }
    return parallel === false ? { ...named, disable_parallel_tool_use: true } : named
  },
  history: {
    calls: (text, calls) => ({
      role: 'assistant',
      content: [
        ...(text ? [{ type: 'text', text }] : []),
        ...calls.map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: argumentsOf(call) })),
      ],
    }),
    // All results of a turn stand in one message, or the vendor misses some of them.
    results: (messages) => [
      {
        role: 'user',
        content: messages.map(({ message, text }) => ({
          type: 'tool_result',
          tool_use_id: message.toolCallId,
          content: text,
        })),
      },
    ],
  },
}

const google: VendorForm = {
  tool: ({ name, description, parameters }) => ({ name, description, parameters }),
  // Of Google's own choices only "auto", which is its default, is known to pass the gateway.
  choice: ({ type }) => {
    if (type !== 'auto') throw unsupported('tool_choice', 'for Gemini only "auto" and "none" can be had')
    return undefined
  },
  history: {
    calls: (text, calls) => ({
      role: 'assistant',
      content: text,
      tool_calls: calls.map((call) => ({ id: call.id, name: call.name, args: argumentsOf(call) })),
    }),
    results: (messages, names) =>
      messages.map(({ message, text }) => ({
        ...resultMessage(message.toolCallId, text),
        name: names.get(message.toolCallId) ?? message.name,
      })),
  },
}

function vendorForm(family: ModelFamily): VendorForm {
  if (family === 'anthropic') return anthropic
  return family === 'google' ? google : openai
}

function anthropicChoice(choice: ToolChoice): string {
  return choice.type === 'required' ? 'any' : 'auto'
}

function resultMessage(id: string, text: string): ArgoMessage {
  return { role: 'tool', tool_call_id: id, content: text }
}

/** The arguments as an object; text that is none is kept under `input`. */
function argumentsOf({ arguments: json }: ToolCall): object {
  const value = json.trim() === '' ? {} : parseJson(json)
  return isRecord(value) ? value : { input: json }
}
