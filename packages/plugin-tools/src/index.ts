import { type ChatRequest, definePlugin, type Exchange, type Vote } from 'argo-proxy'
import { checkedStream } from './answer/checked-stream.ts'
import { type AnswerPlan, answerPlan, concernsAnswer } from './answer/plan.ts'
import { createToolStep } from './answer/tool-step.ts'
import { createSchemaChecks } from './answer/validate.ts'
import { loadDialects } from './dialects/load.ts'
import { toolsOptions } from './options.ts'
import { createNativeMemory } from './request/native-memory.ts'
import { emulatedFormat, rewriteRequest } from './request/rewrite.ts'

export { registerDialect } from './dialects/index.ts'
export type { Cursor, Reading } from './parser/cursor.ts'
export type { Dialect, OfferedTools, Read, ReadCall, ReadContext, Start } from './parser/dialect.ts'
export type { ParserEvent } from './parser/parser-event.ts'
export { closeTag, oneOf, type Terminator } from './parser/terminator.ts'
export { createToolCallParser, type ParserOptions, type ToolCallParser } from './parser/tool-call-parser.ts'

/**
 * Function calling and structured output. Where the upstream's wire has neither, tools and response formats are written
 * into the prompt, and the calls in the model's text become tool calls.
 */
export default definePlugin({
  name: '@argo-proxy/plugin-tools',
  apiVersion: 1,
  needs: { modes: ['pseudo'] },
  options: toolsOptions,
  async setup({ log }, options) {
    const dialects = await loadDialects(options.dialects)
    const memory = createNativeMemory(options.native_failure_memory)
    const checks = createSchemaChecks(log)
    const plans = new WeakMap<Exchange, AnswerPlan>()

    /** Makes the plan when the first stage asks for it. */
    function planOf(exchange: Exchange): AnswerPlan | undefined {
      if (!concernsAnswer(exchange)) return undefined
      const known = plans.get(exchange)
      if (known) return known
      const plan = answerPlan(exchange, options)
      if (plan) plans.set(exchange, plan)
      return plan
    }

    function needPlan(exchange: Exchange): AnswerPlan {
      const plan = planOf(exchange)
      if (!plan) throw new Error('This stage was built for an exchange without tools.')
      return plan
    }

    return {
      vote(request, { upstream }): Vote | undefined {
        if (callsTools(request)) {
          return options.live
            ? { mode: 'real', force: true, because: 'the request declares tools, and live is on' }
            : { mode: 'pseudo', force: true, because: 'the request declares tools' }
        }
        if (!emulatedFormat(request, upstream)) return undefined
        return { mode: 'pseudo', because: 'the form of the answer is checked before it is sent' }
      },
      rewrite: (request, { upstream }) => rewriteRequest(request, upstream, options.tools, memory),
      stages: [
        {
          name: 'tools',
          slot: 'events',
          when: (exchange) => planOf(exchange)?.mayAsk === false,
          step: (exchange) => {
            const { tools, parallel } = needPlan(exchange)
            return createToolStep({ dialects, tools, parallel, unknownTool: options.unknown_tool, live: options.live })
          },
        },
        {
          name: 'tools, checked',
          slot: 'events',
          when: (exchange) => planOf(exchange)?.mayAsk === true,
          create: (exchange) =>
            checkedStream(exchange, { plan: needPlan(exchange), options, dialects, checks, memory }),
        },
      ],
    }
  },
})

function callsTools({ tools, toolChoice }: ChatRequest): boolean {
  return tools !== undefined && tools.length > 0 && toolChoice?.type !== 'none'
}
