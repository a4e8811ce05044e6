import type { Conversation } from './demo-conversation.ts'
import { callFor, type OfferedTool, toolsOfPrompt } from './demo-tools.ts'

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
  const promptedCall = callFor(toolsOfPrompt(`${conversation.instructions}\n${prompt}`), prompt)
  if (promptedCall) {
    return { text: `I will call a tool.\n\n<tool_call>\n${JSON.stringify(promptedCall)}\n</tool_call>` }
  }
  return { text: cannedText(prompt) }
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
