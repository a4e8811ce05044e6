import type { ChatRequest, Exchange, Tool } from 'argo-proxy'
import type { ToolsOptions } from '../options.ts'
import { mustCall, offeredTools } from '../request/offered-tools.ts'
import type { JsonFormat } from '../request/response-format-prompt.ts'
import { emulatedFormat } from '../request/rewrite.ts'

/** What has to be done with the answer of one exchange. */
export interface AnswerPlan {
  tools: ReadonlyMap<string, Tool>
  /** The tools are sent in the wire's own fields. */
  native: boolean
  parallel: boolean
  toolChoice: ChatRequest['toolChoice']
  mustCall: boolean
  format: JsonFormat | undefined
  /** The answer is checked against what the request demands before it is sent. */
  judged: boolean
  /** The upstream may have to be asked again. */
  mayAsk: boolean
}

/** Whether this plugin may have to do anything with the answer. It is asked for every answer, and most need nothing. */
export function concernsAnswer({ original, upstream }: Exchange): boolean {
  return original.tools !== undefined || original.toolChoice !== undefined || !!emulatedFormat(original, upstream)
}

/** `undefined` where this plugin has nothing to do. */
export function answerPlan({ original, request, upstream }: Exchange, options: ToolsOptions): AnswerPlan | undefined {
  const tools = offeredTools(original)
  const format = emulatedFormat(original, upstream)
  if (tools.size === 0 && !format) return undefined
  const native = request.tools !== undefined
  const required = tools.size > 0 && mustCall(original.toolChoice)
  const demanding = required || options.validate === 'retry' || format !== undefined
  const judged = demanding || [...tools.values()].some(({ strict }) => strict === true)
  return {
    tools,
    native,
    parallel: original.parallelToolCalls !== false,
    toolChoice: original.toolChoice,
    mustCall: required,
    format,
    judged,
    mayAsk: native || judged,
  }
}
