import type { Agent } from 'node:http'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { sseParser } from '../wire/sse.ts'

export interface BenchTarget {
  /** The endpoint of Chat Completions. */
  url: URL
  agent: Agent
  headers: Record<string, string>
  body: string
}

/** Milliseconds; what one streamed answer took. */
export interface BenchAnswer {
  latency: number
  /** Until the first chunk with text; absent for an answer without any. */
  firstToken?: number
  /** Between the chunks with text. */
  gaps: number[]
}

/** Longest part of an answer's error that is kept, in bytes. */
const errorLimit = 2_000

/** Asks once and reads the stream to its end. Rejects with the reason where the answer is no whole stream. */
export function askOnce({ url, agent, headers, body }: BenchTarget): Promise<BenchAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<BenchAnswer>()
  const started = performance.now()
  const times: number[] = []
  let ended = false
  const parser = sseParser()
  const take = ({ data }: { data: string }): void => {
    if (data === '[DONE]') ended = true
    else if (hasText(data)) times.push(performance.now())
  }

  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const call = send(url, { method: 'POST', agent, headers }, (response) => {
    const { statusCode = 0 } = response
    let refusal = ''
    response.on('data', (chunk: Buffer) => {
      if (statusCode === 200) parser.write(chunk, take)
      else if (refusal.length < errorLimit) refusal += chunk.toString()
    })
    response.on('error', reject)
    response.on('end', () => {
      if (statusCode !== 200) return reject(new Error(`status ${statusCode}: ${oneLine(refusal)}`))
      if (!ended) return reject(new Error('the stream ended without [DONE]'))
      const [first] = times
      resolve({
        latency: performance.now() - started,
        ...(first !== undefined && { firstToken: first - started }),
        gaps: times.slice(1).map((time, index) => time - (times[index] ?? time)),
      })
    })
  })
  call.on('error', reject)
  call.end(body)
  return promise
}

/** Cheaper than parsing: a chunk that carries text names it so, and an empty one is the role's. */
function hasText(data: string): boolean {
  return /"(?:content|reasoning_content)"\s*:\s*"[^"]/.test(data)
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200)
}
