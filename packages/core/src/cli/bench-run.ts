import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { BenchFlags } from './bench.ts'
import { askOnce, type BenchAnswer, type BenchTarget } from './bench-request.ts'
import { Failure } from './failure.ts'
import { table, write } from './output.ts'

/** `argo-proxy bench`. */
export async function bench(url: string, flags: BenchFlags): Promise<void> {
  for (const line of await runBench(url, flags)) write(line)
}

/** Asks a server for streamed answers; gives what they took, as lines. Rejects with a Failure where an answer fails. */
export async function runBench(url: string, flags: BenchFlags): Promise<string[]> {
  const target = targetOf(url, flags)
  const started = performance.now()
  let answers: BenchAnswer[]
  try {
    answers = await askAll(target, flags)
  } catch (error) {
    throw new Failure(1, `${target.url.origin}: ${reasonOf(error)}`)
  } finally {
    target.agent.destroy()
  }
  const seconds = (performance.now() - started) / 1_000
  const firstTokens = answers.flatMap(({ firstToken }) => firstToken ?? [])
  const gaps = answers.flatMap((answer) => answer.gaps)
  const rows = [
    ['requests/s', (answers.length / seconds).toFixed(1)],
    ['latency', spread(answers.map(({ latency }) => latency))],
    ['first token', spread(firstTokens)],
    ['gap between chunks', spread(gaps)],
    ['chunks', String(gaps.length + firstTokens.length)],
  ]
  return [
    `${answers.length} streamed answers of ${flags.model}, ${flags.concurrency} at once, from ${target.url.origin}`,
    ...table(rows).map((row) => `  ${row}`),
  ]
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isUnreachable = 'code' in error && ('syscall' in error || error instanceof AggregateError)
  return isUnreachable ? `cannot be reached (${error.code}): start the server there, or correct the URL` : error.message
}

/** The first fault ends it: figures of a server that fails say nothing. */
async function askAll(target: BenchTarget, { requests, concurrency }: BenchFlags): Promise<BenchAnswer[]> {
  const answers: BenchAnswer[] = []
  let left = requests
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      answers.push(await askOnce(target))
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, requests) }, lane))
  return answers
}

function targetOf(base: string, { model, apiKey = process.env.OPENAI_API_KEY, concurrency }: BenchFlags): BenchTarget {
  const url = endpointOf(base)
  const sockets = { keepAlive: true, maxSockets: concurrency }
  const messages = [{ role: 'user', content: 'Describe a river in about a hundred words.' }]
  const body = JSON.stringify({ model, stream: true, messages })
  return {
    url,
    agent: url.protocol === 'https:' ? new HttpsAgent(sockets) : new HttpAgent(sockets),
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
    },
    body,
  }
}

/** The base may name the version, or the endpoint itself. */
function endpointOf(base: string): URL {
  if (!URL.canParse(base) || !/^https?:/.test(base)) {
    throw new Failure(2, `${JSON.stringify(base)} is no URL: write one as in http://127.0.0.1:44497`)
  }
  const url = new URL(base)
  const path = url.pathname.replace(/\/+$/, '').replace(/\/chat\/completions$/, '')
  url.pathname = `${/\/v\d+$/.test(path) ? path : `${path}/v1`}/chat/completions`
  return url
}

/** Median and 99th percentile, in milliseconds. */
function spread(values: readonly number[]): string {
  if (values.length === 0) return 'none'
  const sorted = values.toSorted((a, b) => a - b)
  const at = (percent: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0).toFixed(1)
  return `p50 ${at(50)} ms, p99 ${at(99)} ms`
}
