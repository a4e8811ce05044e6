import type { ChatRequest, ModelFamily, Tool } from 'argo-proxy'
import { mustCall } from './offered-tools.ts'

const form = `<tool_call>
{"name": "function_name", "arguments": {"parameter": "value"}}
</tool_call>`

/** Rules for the mistakes that each model family makes without them. */
const familyRules: Readonly<Record<ModelFamily, readonly string[]>> = {
  openai: ['Write the call itself, in this form and without a code fence; do not merely announce it.'],
  anthropic: [
    'Write the call as plain text in this form, not in any other function-call syntax that you know.',
    'End your answer after the last </tool_call>: the results come in the next message.',
  ],
  google: [
    'Write no code for a call: no tool_code block, no print(), no default_api.',
    'End your answer after the last </tool_call>: the results come in the next message, never make them up.',
  ],
  other: ['The JSON must be valid: double quotes, and line breaks in strings written as \\n.'],
}

/** The part of a prompt that lists the tools and says how to call them. */
export function toolPrompt(
  tools: ReadonlyMap<string, Tool>,
  { toolChoice, parallelToolCalls }: Pick<ChatRequest, 'toolChoice' | 'parallelToolCalls'>,
  family: ModelFamily,
): string {
  const list = [...tools.values()].map((tool) => JSON.stringify(declaration(tool))).join(',\n')
  const rules = [
    ...familyRules[family],
    parallelToolCalls === false
      ? 'Call at most one function in an answer.'
      : 'You may call several functions in an answer: write one such block for each.',
    'Results come as <tool_response> blocks that name the call which they answer.',
    choiceRule(toolChoice),
  ]
  return `# Functions

You can call these functions:

<tools>
[
${list}
]
</tools>

To call a function, write its name and its arguments as JSON, in exactly this form:

${form}

${rules.map((rule) => `- ${rule}`).join('\n')}`
}

function declaration({ name, description, parameters }: Tool): object {
  return { name, description, parameters: parameters ?? { type: 'object', properties: {} } }
}

function choiceRule(choice: ChatRequest['toolChoice']): string {
  if (choice?.type === 'tool') return `In this answer you must call the function ${JSON.stringify(choice.name)}.`
  if (mustCall(choice)) return 'In this answer you must call at least one function.'
  return 'Where no function is needed, answer without a call.'
}
