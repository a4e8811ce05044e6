import type { Answer, RecordedRequest } from 'argo-proxy/testing'

/** What stands in the file that the agents read. */
export const secret = 'The lighthouse keeper counted 4711 gulls.'
export const fileName = 'notes.txt'
/** What the model says to a chat. */
export const greeting = 'Hello from the scripted model.'

export const prompts = {
  chat: 'Greet me in one sentence.',
  read: `Read the file ${fileName} in the current folder with your own tool, and quote what it says.`,
  fault: 'Tell me the long story of the BROKEN pipe.',
}

/** Before the connection breaks in the midst of an answer. */
export const beginning = ['Once upon a time ', 'there was a pipe ', 'that']

interface OfferedTool {
  name: string
  parameters: Record<string, unknown>
}

/**
 * A model that plays its part: greets, reads a file with whatever tool the agent offers for that, and quotes what came.
 * `folder` is where the file lies.
 */
export function scriptedReply(request: RecordedRequest, folder: string): string | Record<string, unknown> {
  const { text } = request
  if (text.includes(secret)) return `The file says: "${secret}"`
  if (!text.includes(prompts.read)) return greeting
  const native = isRecord(request.body) && Array.isArray(request.body.tools)
  const tools = native ? nativeTools(request.body) : promptedTools(text)
  const call = readingCall(tools, `${folder}/${fileName}`)
  if (!call) return `I was offered no tool that reads: ${tools.map(({ name }) => name).join(', ') || 'none at all'}`
  if (!native) return `I will read it.\n\n<tool_call>\n${JSON.stringify(call)}\n</tool_call>`
  const called = { name: call.name, arguments: JSON.stringify(call.arguments) }
  return { content: 'I will read it.', tool_calls: [{ id: 'call_reading', type: 'function', function: called }] }
}

/** The answer that breaks off, for the prompt that asks for it; `undefined` for every other. */
export function brokenAnswer(request: RecordedRequest): Answer | undefined {
  if (!request.text.includes(prompts.fault)) return undefined
  if (request.url.includes('streamchat')) {
    return { headers: { 'content-type': 'text/plain' }, chunks: beginning, ending: 'cut' }
  }
  if (!request.text.includes('"stream":true')) {
    return { headers: { 'content-type': 'application/json' }, chunks: ['{"'], ending: 'cut' }
  }
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'gpt-4o' }
  const chunks = beginning.map((content, index) => {
    const delta = index === 0 ? { role: 'assistant', content } : { content }
    return `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`
  })
  return { headers: { 'content-type': 'text/event-stream' }, chunks, ending: 'cut' }
}

/** A tool for files where there is one, else a shell. */
function readingCall(tools: readonly OfferedTool[], path: string): { name: string; arguments: object } | undefined {
  const reader = tools.find(({ name }) => /^(read|read_?files?|view)$/i.test(name))
  const shell = tools.find(({ name }) => /shell|bash|exec_command|run_?commands?|execute_command/i.test(name))
  const tool = reader ?? shell
  return tool && { name: tool.name, arguments: argumentsFor(tool.parameters, path) }
}

/** A value for each required property, by its name and type. */
function argumentsFor(schema: Record<string, unknown>, path: string): Record<string, unknown> {
  const properties = isRecord(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required.map(String) : Object.keys(properties)
  return Object.fromEntries(required.map((name) => [name, valueFor(name, properties[name], path)]))
}

function valueFor(name: string, schema: unknown, path: string): unknown {
  const fields = isRecord(schema) ? schema : {}
  const type = Array.isArray(fields.type) ? fields.type[0] : fields.type
  if (type === 'array') {
    const command = name === 'command' && isRecord(fields.items) && fields.items.type === 'string'
    return command ? ['cat', path] : [valueFor(name, fields.items, path)]
  }
  if (type === 'object') return argumentsFor(fields, path)
  if (type === 'boolean') return false
  if (type === 'number' || type === 'integer') return fields.minimum ?? 1
  if (/path|file/i.test(name)) return path
  return /^(cmd|commands?|script)$/i.test(name) ? `cat ${path}` : 'reading a file'
}

function nativeTools(body: unknown): OfferedTool[] {
  const tools = isRecord(body) && Array.isArray(body.tools) ? body.tools : []
  return tools.flatMap((tool: unknown) => (isRecord(tool) ? asOffered(tool.function) : []))
}

/** The list that the plugin writes into the instructions. */
function promptedTools(text: string): OfferedTool[] {
  const [, list] = /<tools>\\n([\s\S]*?)\\n<\/tools>/.exec(text) ?? []
  if (list === undefined) return []
  const tools: unknown = JSON.parse(JSON.parse(`"${list}"`))
  return Array.isArray(tools) ? tools.flatMap(asOffered) : []
}

function asOffered(tool: unknown): OfferedTool[] {
  if (!isRecord(tool) || typeof tool.name !== 'string') return []
  return [{ name: tool.name, parameters: isRecord(tool.parameters) ? tool.parameters : {} }]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
