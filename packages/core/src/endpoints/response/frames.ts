/** Collects the SSE events that one event of the pipeline makes. Sequence numbers are given here, last of all. */
export interface Frames {
  /** `fields` is JSON without its braces. */
  add(type: string, fields: string): void
  /** The hot path: `head` from `eventHead`, and what stands around the delta's JSON, made once for each part. */
  addDelta(head: string, before: string, json: string, after: string): void
  /** What was collected since the last call. */
  take(): string
}

export function responseFrames(): Frames {
  let sequence = 0
  let collected = ''
  return {
    add(type, fields) {
      collected += `${eventHead(type)}${sequence},${fields}}\n\n`
      sequence += 1
    },
    addDelta(head, before, json, after) {
      collected += head + sequence + before + json + after
      sequence += 1
    },
    take() {
      const text = collected
      collected = ''
      return text
    },
  }
}

/** An SSE event as far as its sequence number. */
export function eventHead(type: string): string {
  return `event: ${type}\ndata: {"type":"${type}","sequence_number":`
}
