export interface ForgetfulEvent {
  event: string
  data: Record<string, unknown>
}

/**
 * Reads server-sent events as the Open Responses suite does: lines end at LF alone, and what an event has told so far is
 * forgotten at the end of each read. Only a line that is cut is kept. An event that comes in two reads is lost.
 */
export async function readForgetfully(reads: AsyncIterable<Uint8Array>): Promise<ForgetfulEvent[]> {
  const events: ForgetfulEvent[] = []
  const decoder = new TextDecoder()
  let rest = ''
  for await (const read of reads) {
    const lines = (rest + decoder.decode(read, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    let event = ''
    let data = ''
    for (const line of lines) {
      if (line.startsWith('event:')) event = line.slice('event:'.length).trim()
      else if (line.startsWith('data:')) data = line.slice('data:'.length).trim()
      else if (line === '' && data !== '') {
        if (data !== '[DONE]') events.push({ event, data: JSON.parse(data) })
        event = ''
        data = ''
      }
    }
  }
  return events
}
