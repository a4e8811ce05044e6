import type { ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses'
import { richTool, weather } from './tool-declarations.ts'

type Body = Omit<ResponseCreateParamsNonStreaming, 'stream'>

/** A form of request that real clients of Responses send. */
export interface ResponseForm {
  name: string
  /** With fields that the SDK's types do not know. */
  body: Body & Record<string, unknown>
  /** What has to reach the upstream. */
  carries: string[]
  /** The name of the tool that is called. */
  calls?: string
  /** Tools that are left out, as the header names them. */
  omits?: string
}

const model = 'gpt-4o'
const question = 'Say something about streams.'
const tools = [
  { type: 'function' as const, strict: false, ...weather },
  { type: 'function' as const, strict: false, ...richTool },
]

const namespace = {
  type: 'namespace' as const,
  name: 'mcp__files',
  description: 'Files',
  tools: [{ type: 'function' as const, name: 'open' }],
}
const noThoughts = { type: 'reasoning' as const, id: 'rs_1', summary: [], encrypted_content: null }

/** Its messages bear ids, and one turn is several of them. */
function codexMessage(id: string, role: 'user' | 'developer', text: string) {
  return { type: 'message' as const, id: `msg_${id}`, role, content: [{ type: 'input_text' as const, text }] }
}

export const responseForms: readonly ResponseForm[] = [
  {
    name: 'a text, with instructions',
    body: { model, input: question, instructions: 'Be brief.', max_output_tokens: 500, temperature: 0.3, text: {} },
    carries: [question, 'Be brief.'],
  },
  {
    name: 'messages, easy and full',
    body: {
      model,
      input: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] },
        {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Good day.', annotations: [] }],
        },
        { role: 'user', content: question },
      ],
      metadata: { run: 'a' },
      user: 'somebody',
      truncation: 'auto',
    },
    carries: ['Be brief.', 'Hello.', 'Good day.', question],
  },
  {
    name: 'as Codex asks',
    body: {
      model: 'gpt-5',
      store: false,
      include: ['reasoning.encrypted_content'],
      reasoning: { summary: 'auto', effort: 'medium' },
      prompt_cache_key: 'key',
      client_metadata: { originator: 'codex' },
      parallel_tool_calls: true,
      tool_choice: 'auto',
      input: [
        codexMessage('a', 'developer', 'Be brief.'),
        codexMessage('b', 'user', 'Where we are: at home.'),
        codexMessage('c', 'user', 'Read the lines of notes.txt'),
      ],
      tools: [...tools, namespace, { type: 'web_search' }],
    },
    carries: ['Be brief.', 'Where we are: at home.', 'read_lines'],
    calls: 'read_lines',
    omits: 'namespace:mcp__files, web_search',
  },
  {
    name: 'as cline asks',
    body: {
      model: 'gpt-5',
      input: [{ role: 'user', content: [{ type: 'input_text', text: question }] }],
      truncation: 'auto',
      include: ['web_search_call.action.sources'],
      tools: [{ type: 'web_search' }, { type: 'image_generation' }],
    },
    carries: [question],
    omits: 'web_search, image_generation',
  },
  {
    name: 'calls, results and thoughts in the input',
    body: {
      model,
      input: [
        { role: 'user', content: 'How is the weather?' },
        noThoughts,
        { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'get_weather', arguments: '{"city":"Oslo"}' },
        { type: 'function_call', id: 'fc_2', call_id: 'call_2', name: 'get_weather', arguments: '{"city":"Rome"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'Oslo: 10 degrees' },
        { type: 'function_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'Rome: 30 degrees' }] },
      ],
      tools,
    },
    carries: ['Oslo: 10 degrees', 'Rome: 30 degrees'],
  },
  {
    name: 'a tool that has to be called',
    body: {
      model,
      input: 'How is the weather in Oslo?',
      tools,
      tool_choice: { type: 'function', name: 'get_weather' },
    },
    carries: ['get_weather'],
    calls: 'get_weather',
  },
]
