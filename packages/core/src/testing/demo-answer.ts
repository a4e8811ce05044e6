import type { Conversation } from './demo-conversation.ts'
import { valueForSchema } from './demo-schema-value.ts'
import { callFor, jsonValues, type OfferedTool, toolsOfPrompt } from './demo-tools.ts'

/** What the demo's model says, before a wire gives it its form. */
export interface DemoAnswer {
  text: string
  /** A call of a tool that was offered outside the prompt. */
  call?: { name: string; arguments: object }
}

/** A canned answer: a call where tools are offered and none has answered yet, otherwise text. */
export function demoAnswer(conversation: Conversation, offered: readonly OfferedTool[]): DemoAnswer {
  const { prompt, toolResult } = conversation
  if (toolResult !== undefined) {
    return {
      text: `The tool answered:\n\n> ${toolResult.replaceAll('\n', '\n> ')}\n\nThis is a canned answer of the demo gateway. ✅`,
    }
  }
  const call = callFor(offered, prompt)
  if (call) return { text: '', call }
  const prompted = readPrompt(conversation.instructions)
  if (prompted.schema) return { text: JSON.stringify(valueForSchema(prompted.schema, 'answer', prompt)) }
  const promptedCall = callFor(prompted.tools, prompt)
  if (promptedCall) {
    return { text: `I will call a tool.\n\n<tool_call>\n${JSON.stringify(promptedCall)}\n</tool_call>` }
  }
  return { text: cannedText(prompt) }
}

/** What the instructions offer and demand in words: tools, one of them by name, JSON of a schema. */
function readPrompt(instructions: string): { tools: OfferedTool[]; schema?: unknown } {
  const form = instructions.indexOf('valid against this JSON Schema')
  const schema = form === -1 ? undefined : jsonValues(instructions.slice(form))[0]
  const tools = toolsOfPrompt(instructions)
  const forced = /you must call the function "([^"]+)"/.exec(instructions)?.[1]
  return { tools: tools.filter(({ name }) => forced === undefined || name === forced), schema }
}

/** Names what it is, quotes the prompt, and holds Markdown and characters of two, three and four bytes. */
function cannedText(prompt: string): string {
  const words = [...prompt.replace(/\s+/g, ' ')]
  const quoted = words.length > 80 ? `${words.slice(0, 80).join('')}…` : words.join('')
  return `Hello! 👋 This is a **canned answer** of the embedded demo gateway; no model was asked.

You wrote: “${quoted}”

A few things to look at while it streams:

1. *Words arrive one after the other*, in real stream as the gateway sends them, in pseudo stream re-chunked.
2. Characters of more than one byte stay whole: café, Ångström, λ = 2π/k, 日本語, 🔬.
3. Code keeps its form:

\`\`\`python
for energy in range(3):
    print(f"E = {energy} eV")
\`\`\`

Offer a tool to see a call, or point \`upstream\` at the real gateway for real answers.`
}
