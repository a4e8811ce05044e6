import type { AnsweringEndpoint } from './answer-checks.ts'

/** A request, as a client may send it, and what its answer holds. */
export interface Asked {
  name: string
  endpoint: AnsweringEndpoint
  body: Record<string, unknown>
  /** How many calls; 0 where absent, and then there is text. */
  calls?: number
  /** Default 1. */
  choices?: number
  /** Open Responses knows function tools alone. */
  beyondOpenResponses?: true
  /** Only an OpenAI-compatible wire can carry it. */
  only?: 'openai'
}

const say = [{ role: 'user', content: 'Say something about streams.' }]
const askWeather = 'How is the weather in Chicago?'
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const weather = { name: 'get_weather', description: 'Current weather of a city', parameters }
const patch = { name: 'apply_patch', description: 'Changes files' }
const city = {
  name: 'city',
  schema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
}
const messages = [{ role: 'user', content: askWeather }]

const chat: Omit<Asked, 'endpoint'>[] = [
  { name: 'a text', body: { messages: say } },
  { name: 'a text and its usage', body: { messages: say, stream_options: { include_usage: true } } },
  { name: 'two choices', body: { messages: say, n: 2, stream_options: { include_usage: true } }, choices: 2 },
  {
    name: 'every sampling field',
    body: {
      ...{ messages: say, temperature: 0.5, top_p: 0.9, presence_penalty: 0.1, frequency_penalty: 0.1 },
      ...{ max_completion_tokens: 500, seed: 1, stop: ['END', 'STOP'], user: 'u', metadata: { a: 'b' }, store: false },
    },
  },
  {
    name: 'every role',
    body: {
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: askWeather }], name: 'ada' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'Sunny.' },
      ],
      tools: [{ type: 'function', function: weather }],
    },
  },
  { name: 'a call', body: { messages, tools: [{ type: 'function', function: weather }] }, calls: 1 },
  {
    name: 'a call that is demanded',
    body: {
      messages,
      tools: [
        { type: 'function', function: weather },
        { type: 'function', function: { name: 'stop' } },
      ],
      tool_choice: { type: 'function', function: { name: 'stop' } },
      parallel_tool_calls: false,
    },
    calls: 1,
  },
  { name: 'a legacy function', body: { messages, functions: [weather], function_call: 'auto' }, calls: 1 },
  { name: 'a custom tool', body: { messages, tools: [{ type: 'custom', custom: patch }] }, calls: 1 },
  {
    name: 'JSON of a schema',
    body: { messages, response_format: { type: 'json_schema', json_schema: city } },
  },
]

const completions: Omit<Asked, 'endpoint'>[] = [
  { name: 'a text', body: { prompt: 'Say something.' } },
  { name: 'a text and its usage', body: { prompt: 'Say something.', stream_options: { include_usage: true } } },
  { name: 'two prompts, two choices each', body: { prompt: ['One.', 'Two.'], n: 2 }, choices: 4 },
  { name: 'an echo', body: { prompt: 'Once', echo: true, max_tokens: 500, stop: 'END', seed: 1 } },
  { name: 'tokens', body: { prompt: [1, 2, 3] }, only: 'openai' },
]

const responses: Omit<Asked, 'endpoint'>[] = [
  { name: 'a text', body: { input: 'Say something.' } },
  {
    name: 'every flat field',
    body: {
      ...{ input: 'Say something.', instructions: 'Be brief.', temperature: 0.5, top_p: 0.9, max_output_tokens: 500 },
      ...{
        metadata: { a: 'b' },
        store: false,
        truncation: 'auto',
        user: 'u',
        include: ['reasoning.encrypted_content'],
      },
      ...{ parallel_tool_calls: false, max_tool_calls: 3, prompt_cache_key: 'k', safety_identifier: 's' },
      ...{ service_tier: 'auto', reasoning: { effort: 'low', summary: 'auto' }, text: { verbosity: 'low' } },
    },
  },
  {
    name: 'items of every kind',
    body: {
      input: [
        { role: 'developer', content: 'Be brief.' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: askWeather }] },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Look it up.' }] },
        { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{"city":"Chicago"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'Sunny.' },
      ],
      tools: [{ type: 'function', ...weather }],
    },
  },
  { name: 'a call', body: { input: askWeather, tools: [{ type: 'function', ...weather, strict: true }] }, calls: 1 },
  {
    name: 'a call that is demanded',
    body: {
      input: askWeather,
      tools: [{ type: 'function', ...weather }],
      tool_choice: { type: 'function', name: weather.name },
    },
    calls: 1,
  },
  {
    name: 'a call of the tools that are allowed',
    body: {
      input: askWeather,
      tools: [{ type: 'function', ...weather }, { type: 'web_search' }],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: weather.name }] },
    },
    calls: 1,
  },
  {
    name: 'a custom tool',
    body: { input: askWeather, tools: [{ type: 'custom', ...patch }] },
    calls: 1,
    beyondOpenResponses: true,
  },
  { name: 'JSON of a schema', body: { input: askWeather, text: { format: { type: 'json_schema', ...city } } } },
  { name: 'any JSON', body: { input: askWeather, text: { format: { type: 'json_object' } } }, only: 'openai' },
]

export const everyAsked: readonly Asked[] = [
  ...chat.map((asked) => ({ ...asked, endpoint: 'chat/completions' as const })),
  ...completions.map((asked) => ({ ...asked, endpoint: 'completions' as const })),
  ...responses.map((asked) => ({ ...asked, endpoint: 'responses' as const })),
]
