import type { ConfigInput } from 'argo-proxy'
import type { RecordedRequest } from 'argo-proxy/testing'
import { startRig, type TestRig, type UpstreamKind } from '../support/upstreams.ts'

/** A way that tools and calls take. */
export interface ToolPath {
  name: string
  kind: UpstreamKind
  model: string
  /** The upstream's own fields carry them. */
  native: boolean
  /** Only the upstream's stream is asked, whatever the mode: a quirk of the model. */
  streamsAlways?: boolean
  /** Calls are read while the model writes. */
  live?: boolean
}

export const toolPaths: readonly ToolPath[] = [
  { name: 'prompted, over ARGO', kind: 'argo', model: 'gpt-4o', native: false },
  {
    name: 'prompted, over ARGO, of a Claude',
    kind: 'argo',
    model: 'claudesonnet45',
    native: false,
    streamsAlways: true,
  },
  { name: 'prompted and live, over ARGO', kind: 'argo', model: 'gpt-4o', native: false, live: true },
  { name: 'native, over ARGO, of a GPT', kind: 'argo', model: 'gpt-4o', native: true },
  { name: 'native, over ARGO, of a Claude', kind: 'argo', model: 'claudesonnet45', native: true },
  { name: 'native, over ARGO, of a Gemini', kind: 'argo', model: 'gemini25pro', native: true },
  { name: 'native, over OpenAI', kind: 'openai', model: 'gpt-4o', native: true },
  { name: 'native and live, over OpenAI', kind: 'openai', model: 'gpt-4o', native: true, live: true },
  { name: 'prompted, over OpenAI', kind: 'openai', model: 'gpt-4o', native: false },
]

/** Before a model that calls `get_weather` for two cities at once, and then tells what came of it. */
export function startToolRig({ kind, native, live }: ToolPath): Promise<TestRig> {
  const tools = { tools: native ? 'native' : 'prompted', live: live ?? false }
  const plugins = ['real-stream', ['pseudo-stream', { delay: 0 }], ['tools', tools]] satisfies ConfigInput['plugins']
  return startRig(kind, { plugins, upstream: kind === 'argo' ? { native_tools: native } : {} }, { reply: weatherModel })
}

export const cities = ['Oslo', 'Atlantis']
/** What the tool says of a city. There is one that it cannot find. */
export function weatherOf(city: string): string {
  return city === 'Oslo' ? '10 degrees in Oslo' : `Error: no city is named ${city}`
}
const results = /\d+ degrees in \w+|Error: no city is named \w+/g

export const preamble = 'I will look that up.'

function weatherModel(request: RecordedRequest): string | Record<string, unknown> {
  const found = new Set(request.text.match(results))
  if (found.size > 0) return `I was told: ${[...found].toSorted().join('; ')}`
  if (!request.text.includes('"tools":')) {
    const calls = cities.map((city) => JSON.stringify({ name: 'get_weather', arguments: { city } }))
    return `${preamble}\n${calls.map((call) => `<tool_call>\n${call}\n</tool_call>`).join('\n')}`
  }
  return { content: preamble, tool_calls: cities.map((city, index) => nativeCall(request, city, index)) }
}

/** The form in which the vendor of the request's model calls. */
function nativeCall({ text }: RecordedRequest, city: string, index: number): object {
  const name = 'get_weather'
  if (text.includes('"model":"claude')) return { id: `toolu_${index}`, input: { city }, name, type: 'tool_use' }
  if (text.includes('"model":"gemini')) return { id: null, args: { city }, name }
  return { id: `call_${index}`, type: 'function', function: { name, arguments: JSON.stringify({ city }) } }
}
