import { longPrompt, modelOf } from './answers.ts'
import { type Path, type PathName, paths } from './paths.ts'
import { textOf } from './texts.ts'
import { type WorkloadName, workloads } from './workloads.ts'

const endpoints = { chat: '/v1/chat/completions', responses: '/v1/responses' }
const instructions = 'You are a helpful assistant. Answer briefly, in plain words, and say when you do not know.'
/** With what stands around it, some 1 KB. */
const shortPrompt = textOf(700)

const tools = [
  {
    type: 'function',
    function: {
      name: 'write_file',
      description: 'Writes a file.',
      parameters: {
        type: 'object',
        properties: { path: { type: 'string' }, content: { type: 'string' } },
        required: ['path', 'content'],
      },
    },
  },
]

/** The bytes of a workload's request on a path. */
export function requestBytes(workload: WorkloadName, pathName: PathName, upstreamPort: number): Buffer {
  const path: Path = paths[pathName]
  const body = JSON.stringify(bodyOf(workload, pathName))
  const headers = {
    host: '127.0.0.1',
    'content-type': 'application/json',
    authorization: 'Bearer bench',
    'content-length': Buffer.byteLength(body),
    ...(path.hop === 'portkey' && portkeyHeaders(upstreamPort)),
    ...path.headers,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST ${endpoints[path.endpoint]} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

function bodyOf(workload: WorkloadName, pathName: PathName): Record<string, unknown> {
  const { answer, stream, prompt } = workloads[workload]
  const text = prompt === 'long' ? longPrompt : shortPrompt
  const common = { model: modelOf(answer), temperature: 0.2, stream }
  if (paths[pathName].endpoint === 'responses') return { ...common, instructions, input: text, store: false }
  return {
    ...common,
    messages: [
      { role: 'system', content: instructions },
      { role: 'user', content: text },
    ],
    ...(pathName === 'tools' && { tools }),
  }
}

/** How @portkey-ai/gateway is told where to. */
function portkeyHeaders(upstreamPort: number): Record<string, string> {
  return { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1` }
}
