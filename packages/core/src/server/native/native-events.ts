import type { ProxyError } from '../../contract/error.ts'
import { failureOf } from '../../endpoints/response/encoder.ts'
import { proxyError, streamErrorBody } from '../../errors.ts'
import { EventGatherer } from '../../pipeline/event-boundary.ts'
import { isRecord } from '../../record.ts'
import { type JsonObject, parseJson } from '../../upstreams/json.ts'
import { formatSse, sseParser } from '../../wire/sse.ts'

/**
 * What an upstream says in a JSON text of its own: within a string each quote has a backslash before it. So these can be
 * names and whole values only, wherever in an event they stand; whether they are the event's own is seen when it is parsed.
 */
const beginning = /"type"\s*:\s*"response\.(?:created|queued|in_progress)"/
const ending = /"type"\s*:\s*"(?:error|response\.(?:completed|incomplete|failed))"/
const numbered = '"sequence_number"'

const lastWords: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete', 'response.failed'])
const blankLine = Buffer.from('\n\n')

/**
 * The events of a response that the upstream streams itself: they pass as they are, each whole, so that an error may follow.
 * None is parsed but those that may be the last; what is needed for an error is kept as it came.
 */
export class NativeEvents {
  readonly #gatherer = new EventGatherer()
  /** Among them is the first that holds the Response object. */
  #begun: Buffer | undefined
  /** The latest that have a number. */
  #numbered: Buffer | undefined
  /** The upstream's own `error` event. */
  #fault: ProxyError | undefined
  #isOver = false

  /** `whole`: one has said how the response ended. `failed`: one has said that it failed; the one that ends it may follow. */
  get state(): 'open' | 'failed' | 'whole' {
    return this.#isOver ? 'whole' : this.#fault ? 'failed' : 'open'
  }

  /** The events that are whole with this chunk, if any are. */
  take(chunk: Buffer): Buffer | undefined {
    const events = this.#gatherer.take(chunk)
    if (events) this.#look(events)
    return events
  }

  /** Nothing more comes: gives the last event of a response, where it lacks its blank line alone. */
  end(): Buffer | undefined {
    const rest = this.#gatherer.rest()
    if (this.#isOver || rest.length === 0) return undefined
    const event = Buffer.concat([rest, blankLine])
    // One that was cut is no JSON.
    if (!valuesIn(event).some(isLast)) return undefined
    this.#look(event)
    return event
  }

  /** The events that tell of an error, after those that have passed. */
  failure(error: ProxyError): string {
    const number = this.#lastNumber() + 1
    const told = this.#fault ? [] : [event('error', { sequence_number: number, ...errorFields(error) })]
    const response = this.#response()
    if (response) {
      const failed = { ...response, status: 'failed', error: failureOf(this.#fault ?? error) }
      told.push(event('response.failed', { sequence_number: number + told.length, response: failed }))
    }
    return told.join('')
  }

  #look(events: Buffer): void {
    const text = events.toString('latin1')
    if (text.includes(numbered)) this.#numbered = events
    if (!this.#begun && beginning.test(text)) this.#begun = events
    if (!ending.test(text)) return
    for (const value of valuesIn(events)) {
      if (isLast(value)) this.#isOver = true
      else if (value.type === 'error') this.#fault = faultOf(value)
    }
  }

  #lastNumber(): number {
    const numbers = valuesIn(this.#numbered).map((value) => value.sequence_number)
    return numbers.findLast((number) => typeof number === 'number') ?? -1
  }

  /** The Response object as it began. */
  #response(): JsonObject | undefined {
    return valuesIn(this.#begun)
      .map(({ response }) => response)
      .find(isRecord)
  }
}

/** The JSON objects of whole events. */
function valuesIn(events: Buffer | undefined): JsonObject[] {
  const values: JsonObject[] = []
  if (!events) return values
  sseParser().write(events, ({ data }) => {
    const value = parseJson(data)
    if (isRecord(value)) values.push(value)
  })
  return values
}

function isLast({ type }: JsonObject): boolean {
  return lastWords.has(type)
}

/** The message stands in the event, or as elsewhere in OpenAI's API below `error`. */
function faultOf({ error, ...fields }: JsonObject): ProxyError {
  const { message } = isRecord(error) ? error : fields
  return proxyError('upstream_error', typeof message === 'string' ? message : 'The upstream says that it failed.')
}

function errorFields(error: ProxyError): object {
  const { error: body } = streamErrorBody(error)
  const { code, message, param } = body
  return { code, message, param, error: body }
}

function event(type: string, fields: object): string {
  return formatSse({ event: type, data: JSON.stringify({ type, ...fields }) })
}
