import { Transform } from 'node:stream'
import type { EventStep, Exchange, ProxyError, StreamEvent, TransformStream } from 'argo-proxy'
import type { ToolsOptions } from '../options.ts'
import type { Dialect } from '../parser/dialect.ts'
import type { NativeMemory } from '../request/native-memory.ts'
import { promptedRequest } from '../request/prompted-request.ts'
import { type CollectedAnswer, collect, emptyAnswer } from './collected-answer.ts'
import { judge } from './judge.ts'
import type { AnswerPlan } from './plan.ts'
import { repairRequest } from './repair.ts'
import { createToolStep } from './tool-step.ts'
import { addUsage, type UsageEvent } from './usage.ts'
import type { SchemaChecks } from './validate.ts'

export interface CheckedOptions {
  plan: AnswerPlan
  options: ToolsOptions
  dialects: readonly Dialect[]
  checks: SchemaChecks
  memory: NativeMemory
}

/** The statuses with which upstreams refuse tools that they, or the model, cannot take. */
const refusals: ReadonlySet<number> = new Set([400, 404, 405, 422, 500, 501])

/**
 * The stage for answers that may need another request. If the upstream refuses native tools, the request is sent again
 * with the tools in the prompt. If the answer is to be checked, each choice is held until it is complete; the model is
 * told what is wrong with it and asked again. What is still wrong after the last try is an error, or is passed on where
 * a client can deal with it.
 */
export function checkedStream(exchange: Exchange, checked: CheckedOptions): TransformStream {
  const { plan, options } = checked
  let { request } = exchange
  let { native } = plan
  const answers = new Map<number, CollectedAnswer>()
  const step = newStep(answers)
  let started = false
  let begun = false
  let failed = false
  /** The token counts of the requests that asked again. */
  let retryUsage: UsageEvent | undefined

  const stream = new Transform({
    objectMode: true,
    transform(event: StreamEvent, _encoding, done) {
      handle(event).then(() => done(), done)
    },
  })

  function newStep(into: Map<number, CollectedAnswer>): EventStep {
    return createToolStep({
      dialects: checked.dialects,
      tools: plan.tools,
      unknownTool: options.unknown_tool,
      parallel: plan.parallel,
      // An answer that is to be checked must not be sent before.
      live: options.live && !plan.judged,
      onMalformed: (choice) => {
        answerOf(choice, into).unreadable = true
      },
    })
  }

  async function handle(event: StreamEvent): Promise<void> {
    if (failed) return
    if (event.type === 'error' && native && refusals.has(statusOf(event.error)) && !begun) {
      return await askInThePrompt(event)
    }
    begun ||= 'choice' in event
    if (event.type === 'text-delta' && plan.judged) answerOf(event.choice, answers).written += event.delta
    const out: StreamEvent[] = []
    step.write(event, (each) => void out.push(each))
    for (const each of out) await take(each)
  }

  async function take(event: StreamEvent): Promise<void> {
    if (event.type === 'start') {
      if (!started) stream.push(event)
      started = true
    } else if (plan.judged) await hold(event)
    else stream.push(event)
  }

  async function hold(event: StreamEvent): Promise<void> {
    switch (event.type) {
      case 'choice-end':
        await settle(event)
        break
      case 'usage':
        stream.push(retryUsage ? addUsage(event, retryUsage) : event)
        break
      case 'text-delta':
        collect(answerOf(event.choice, answers), event)
        if (options.live && !plan.format) stream.push(event)
        break
      case 'refusal-delta':
      case 'tool-call-start':
      case 'tool-call-delta':
      case 'tool-call-end':
        collect(answerOf(event.choice, answers), event)
        break
      default:
        stream.push(event)
    }
  }

  async function askInThePrompt(refusal: StreamEvent): Promise<void> {
    const { upstream, log } = exchange
    log.info('native tools were refused: asking again with the tools in the prompt', { model: request.model })
    native = false
    request = promptedRequest(request, upstream.family(request.model))
    const events = await exchange.ask(request)
    if (events.at(-1)?.type !== 'finish') {
      failed = true
      stream.push(refusal)
      return
    }
    checked.memory.remember(request.model)
    for (const event of events) await handle(event)
  }

  /** Checks a choice, asks again as often as allowed, and sends the result or an error. */
  async function settle(end: Extract<StreamEvent, { type: 'choice-end' }>): Promise<void> {
    const first = answerOf(end.choice, answers)
    first.reason = end.reason
    let answer = first
    for (let retries = 0; ; retries += 1) {
      const { fault, json } = judge(answer, plan, options.validate, checked.checks)
      if (!fault) return release(end.choice, first, answer, json)
      exchange.log.info('the answer is not what the request demands', { kind: fault.kind, retries })
      const next = retries < options.max_retries ? await askAgain(answer, fault) : undefined
      if (!next && fault.error) {
        failed = true
        stream.push({ type: 'error', error: fault.error } satisfies StreamEvent)
        return
      }
      if (!next) return release(end.choice, first, answer)
      answer = next
    }
  }

  async function askAgain(
    answer: CollectedAnswer,
    fault: Parameters<typeof repairRequest>[2],
  ): Promise<CollectedAnswer | undefined> {
    const events = await exchange.ask(repairRequest(request, answer, fault, native))
    if (events.at(-1)?.type !== 'finish') return undefined
    const again = new Map<number, CollectedAnswer>()
    const reading = newStep(again)
    for (const event of events) {
      if (event.type === 'usage') retryUsage = retryUsage ? addUsage(event, retryUsage) : event
      if (event.type === 'text-delta') answerOf(event.choice, again).written += event.delta
      reading.write(event, (each) => {
        if (each.type === 'choice-end') answerOf(each.choice, again).reason = each.reason
        else if ('choice' in each) collect(answerOf(each.choice, again), each)
      })
    }
    return answerOf(0, again)
  }

  function release(choice: number, first: CollectedAnswer, answer: CollectedAnswer, json?: string): void {
    // With `live`, the text of the first answer has been sent already; that of a repaired answer is left out.
    const sent = options.live && !plan.format
    let text = json === undefined || json === '' ? undefined : json
    for (const event of answer.events) {
      if (event.type === 'reasoning-delta' && answer !== first) continue
      if (event.type !== 'text-delta') stream.push('choice' in event ? { ...event, choice } : event)
      else if (json === undefined && !sent) stream.push({ ...event, choice })
      else if (text !== undefined) {
        stream.push({ type: 'text-delta', choice, delta: text } satisfies StreamEvent)
        text = undefined
      }
    }
    stream.push({ type: 'choice-end', choice, reason: answer.reason } satisfies StreamEvent)
  }

  return stream
}

/** The upstream's own status: the client's differs from it where the upstream is at fault. */
function statusOf({ upstreamStatus, status }: ProxyError): number {
  return upstreamStatus ?? status
}

function answerOf(choice: number, answers: Map<number, CollectedAnswer>): CollectedAnswer {
  const known = answers.get(choice)
  if (known) return known
  const made = emptyAnswer()
  answers.set(choice, made)
  return made
}
