import { request } from 'node:http'

/**
 * Sends a JSON body and gives what the answer's body came in, write by write: `fetch` would put together what is there
 * already, and hide an event that was written in two.
 */
export async function writesOf(url: string, body: string): Promise<{ status: number; writes: Buffer[] }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; writes: Buffer[] }>()
  const headers = { 'content-type': 'application/json', authorization: 'Bearer none' }
  const asked = request(url, { method: 'POST', headers }, (answer) => {
    const writes: Buffer[] = []
    answer.on('data', (chunk: Buffer) => writes.push(chunk))
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, writes }))
    answer.on('error', reject)
  })
  asked.on('error', reject)
  asked.end(body)
  return promise
}

export interface ForgetfulEvent {
  event: string
  data: Record<string, unknown>
}

/**
 * Reads server-sent events as the Open Responses suite does: lines end at LF alone, and what an event has told so far is
 * forgotten at the end of each read. Only a line that is cut is kept. An event that comes in two reads is lost.
 */
export function readForgetfully(reads: Iterable<Uint8Array>): ForgetfulEvent[] {
  const events: ForgetfulEvent[] = []
  const decoder = new TextDecoder()
  let rest = ''
  for (const read of reads) {
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
