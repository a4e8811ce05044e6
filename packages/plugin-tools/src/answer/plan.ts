import type { ChatRequest, Exchange, Tool } from 'argo-proxy'
import type { ToolsOptions } from '../options.ts'
import { mustCall, offeredTools } from '../request/offered-tools.ts'
import type { JsonFormat } from '../request/response-format-prompt.ts'
import { emulatedFormat } from '../request/rewrite.ts'

/** What the answer of one exchange needs. */
export interface AnswerPlan {
  tools: ReadonlyMap<string, Tool>
  /** The tools go in the wire's own fields. */
  native: boolean
  parallel: boolean
  toolChoice: ChatRequest['toolChoice']
  mustCall: boolean
  format: JsonFormat | undefined
  /** The answer is held against what the request demands, before it goes on. */
  judged: boolean
  /** Something may have to be asked of the upstream once more. */
  mayAsk: boolean
}

/** Whether the answer can be this plugin's business at all: most are not, and shall cost nothing. */
export function concernsAnswer({ original, upstream }: Exchange): boolean {
  return original.tools !== undefined || original.toolChoice !== undefined || !!emulatedFormat(original, upstream)
}

/** `undefined` where the answer is none of this plugin's business. */
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
