import { type Emit, type EventStep, type FinishReason, ProxyError, type StreamEvent } from 'argo-proxy'
import type { ParserEvent } from '../parser/parser-event.ts'
import { createToolCallParser, type ParserOptions } from '../parser/tool-call-parser.ts'
import { newCallId } from './call-id.ts'

export interface ToolStepOptions extends Omit<ParserOptions, 'onMalformed'> {
  /** `false`: only the first call of a choice is passed on. */
  parallel: boolean
  /** Called for each text that was meant as a call and cannot be read. */
  onMalformed?: (choice: number, fault: { dialect: string; cut: boolean }) => void
}

type TextDelta = Extract<StreamEvent, { type: 'text-delta' }>
type NativeCallEvent = Extract<StreamEvent, { type: 'tool-call-start' | 'tool-call-delta' | 'tool-call-end' }>

/** Turns the calls in a model's text into tool-call events. Native calls pass, with new indexes. */
export function createToolStep(options: ToolStepOptions): EventStep {
  const choices = new Map<number, ReturnType<typeof createChoice>>()
  let failed = false

  function choiceOf(number: number): ReturnType<typeof createChoice> {
    const known = choices.get(number)
    if (known) return known
    const made = createChoice(number, options)
    choices.set(number, made)
    return made
  }

  return {
    write(event, emit) {
      if (failed) return
      switch (event.type) {
        case 'text-delta':
          failed = choiceOf(event.choice).text(event, emit)
          break
        case 'tool-call-start':
        case 'tool-call-delta':
        case 'tool-call-end':
          failed = choiceOf(event.choice).native(event, emit)
          break
        case 'choice-end':
          failed = choiceOf(event.choice).end(event.reason, emit)
          break
        default:
          emit(event)
      }
    },
  }
}

/** Each method returns whether the answer has failed: an error was emitted, and nothing may follow it. */
function createChoice(choice: number, options: ToolStepOptions) {
  const { parallel, onMalformed } = options
  const newParser = () =>
    createToolCallParser({ ...options, onMalformed: onMalformed && ((fault) => onMalformed(choice, fault)) })
  let parser = newParser()
  let parsing = false
  let started = 0
  /** New indexes of the native calls, by the upstream's index; -1 for a call that is left out. */
  const indexes = new Map<number, number>()
  /** Ids of calls: some models write the same one for each. */
  const ids = new Set<string>()
  let leftOut = false
  let cut = false
  let failed = false
  let out: Emit<StreamEvent> = () => {}
  let original: TextDelta | undefined

  /** The index of the call that starts now; -1 where it is left out. */
  function nextIndex(): number {
    if (!parallel && started > 0) return -1
    started += 1
    return started - 1
  }

  function ownId(written: string | undefined): string {
    const id = written === undefined || ids.has(written) ? newCallId() : written
    ids.add(id)
    return id
  }

  function take(event: ParserEvent): void {
    switch (event.type) {
      case 'text':
        // An unchanged text is passed on as the event that it came in, which may carry log probabilities.
        if (original?.delta === event.text) out(original)
        else out({ type: 'text-delta', choice, delta: event.text })
        break
      case 'call-start': {
        const index = nextIndex()
        leftOut = index === -1
        if (!leftOut) out({ type: 'tool-call-start', choice, index, id: ownId(event.id), name: event.name })
        break
      }
      case 'call-delta':
        if (!leftOut) out({ type: 'tool-call-delta', choice, index: started - 1, delta: event.delta })
        break
      case 'call-end':
        if (!leftOut) out({ type: 'tool-call-end', choice, index: started - 1 })
        break
      case 'call-broken':
        if (leftOut) break
        if (event.cause === 'malformed') return fail()
        cut = true
        out({ type: 'tool-call-end', choice, index: started - 1 })
    }
  }

  function fail(): void {
    failed = true
    const message = 'The model wrote a tool call that cannot be read, and its beginning had been sent on (live tools).'
    out({
      type: 'error',
      error: new ProxyError({ code: 'tool_call_malformed', status: 502, type: 'server_error', message }),
    })
  }

  function flush(cutOff = false): void {
    if (!parsing) return
    parser.end(take, cutOff)
    parser = newParser()
    parsing = false
  }

  return {
    text(event: TextDelta, emit: Emit<StreamEvent>): boolean {
      out = emit
      parsing = true
      original = event
      parser.write(event.delta, take)
      original = undefined
      return failed
    },
    native(event: NativeCallEvent, emit: Emit<StreamEvent>): boolean {
      out = emit
      if (event.type === 'tool-call-start') {
        flush()
        indexes.set(event.index, nextIndex())
      }
      const index = indexes.get(event.index) ?? -1
      if (index !== -1 && !failed) emit({ ...event, index })
      return failed
    },
    end(reason: FinishReason, emit: Emit<StreamEvent>): boolean {
      out = emit
      flush(reason === 'length')
      if (!failed) emit({ type: 'choice-end', choice, reason: endReason(reason) })
      return failed
    },
  }

  /** A call that was cut is told by the reason: a client must not run what is left of it. */
  function endReason(reason: FinishReason): FinishReason {
    if (cut) return 'length'
    if (reason === 'length' || reason === 'content-filter') return reason
    return started > 0 ? 'tool-calls' : 'stop'
  }
}
