import type { ChatRequest, ModelFamily, UpstreamTraits } from 'argo-proxy'
import type { ToolsOptions, Way } from '../options.ts'
import type { NativeMemory } from './native-memory.ts'
import { offeredTools } from './offered-tools.ts'
import { hasToolHistory, promptedFormat, promptedRequest, withoutStop } from './prompted-request.ts'
import type { JsonFormat } from './response-format-prompt.ts'

/** Puts tools and a response format into the prompt where the wire has no field for them, or by configuration. */
export function rewriteRequest(
  request: ChatRequest,
  upstream: UpstreamTraits,
  ways: ToolsOptions['tools'],
  memory: NativeMemory,
): ChatRequest {
  const concerned = request.tools !== undefined || request.toolChoice !== undefined || hasToolHistory(request)
  const native = concerned && goesNatively(request.model, upstream, ways, memory)
  const rewritten = concerned && !native ? prompted(request, upstream) : request
  const format = emulatedFormat(request, upstream)
  return format ? promptedFormat(rewritten, format) : rewritten
}

function prompted(request: ChatRequest, upstream: UpstreamTraits): ChatRequest {
  const sent = promptedRequest(request, upstream.family(request.model))
  return offeredTools(request).size > 0 ? withoutStop(sent) : sent
}

/** The response format that this plugin has to ask for and check; `undefined` if there is none, or the wire has it. */
export function emulatedFormat({ responseFormat }: ChatRequest, upstream: UpstreamTraits): JsonFormat | undefined {
  return upstream.nativeResponseFormat || responseFormat?.type === 'text' ? undefined : responseFormat
}

function goesNatively(
  model: string,
  upstream: UpstreamTraits,
  ways: ToolsOptions['tools'],
  memory: NativeMemory,
): boolean {
  const way = wayFor(upstream.family(model), ways)
  const wanted = way === 'native' || (way === 'auto' && upstream.kind === 'openai')
  return wanted && upstream.nativeTools && !memory.refused(model)
}

function wayFor(family: ModelFamily, ways: ToolsOptions['tools']): Way {
  return typeof ways === 'string' ? ways : (ways[family] ?? ways.default)
}
