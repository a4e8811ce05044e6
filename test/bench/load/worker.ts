import { setTimeout as wait } from 'node:timers/promises'
import { answers } from '../answers.ts'
import { paths } from '../paths.ts'
import { channelToParent } from '../processes/channel.ts'
import { requestBytes } from '../request.ts'
import { percentile } from '../statistics.ts'
import { type Workload, workloads } from '../workloads.ts'
import { checkReply } from './check-reply.ts'
import { type Connection, openConnection, type Reply } from './connection.ts'
import type { Answered, LoadFigures, Order } from './job.ts'
import { WrongAnswer } from './wrong-answer.ts'

/** The load, a process of its own: asks, keeps what comes with its time, and checks all of it when the clock has stopped. */
type Job = Extract<Order, { order: 'prepare' }>

let job: Job | undefined
let connections: Connection[] = []
let replies: Promise<Reply[]>

const parent = channelToParent<Order, Answered>((order) => {
  take(order).then(parent.send, (error: Error) => {
    closeAll()
    parent.send({ result: 'failed', reason: error.message, wrong: error instanceof WrongAnswer })
  })
})

async function take(order: Order): Promise<Answered> {
  if (order.order === 'prepare') return prepare(order)
  if (!job) throw new Error('there is no job')
  const workload = workloads[job.workload]
  if (order.order === 'go') {
    const request = requestBytes(job.workload, job.path, job.upstreamPort)
    if (workload.load === 'held') return hold(request)
    replies = run(request, workload, job.milliseconds)
  }
  const all = await replies
  closeAll()
  return { result: 'done', figures: figuresOf(all, job) }
}

async function prepare(next: Job): Promise<Answered> {
  job = next
  const { concurrency } = workloads[next.workload]
  connections = []
  // In groups: thousands at once would overflow the queue of a listening socket.
  while (connections.length < concurrency) {
    const group = Math.min(100, concurrency - connections.length)
    connections.push(...(await Promise.all(Array.from({ length: group }, () => openConnection(next.port)))))
  }
  const warmUp = requestBytes('single', next.path, next.upstreamPort)
  for (let from = 0; from < connections.length; from += 100) {
    const warmed = connections.slice(from, from + 100).map((connection) => connection.ask(warmUp))
    for (const reply of await Promise.all(warmed)) checkReply(reply, paths[next.path].expectation, 'small', false)
  }
  return { result: 'ready' }
}

async function run(request: Buffer, { load, spread = 0 }: Workload, milliseconds: number): Promise<Reply[]> {
  const end = performance.now() + milliseconds
  const collected = connections.map(async (connection, index) => {
    const own: Reply[] = []
    if (spread > 0) await wait((spread * index) / connections.length)
    do own.push(await connection.ask(request))
    while (typeof load === 'object' && 'waves' in load ? own.length < load.waves : performance.now() < end)
    return own
  })
  return (await Promise.all(collected)).flat()
}

/** Opens the streams, a hundred at a time at most that have not begun. */
async function hold(request: Buffer): Promise<Answered> {
  const asked: Promise<Reply>[] = []
  for (let from = 0; from < connections.length; from += 100) {
    const begun = connections.slice(from, from + 100).map((connection) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      connection.onFirstBytes = resolve
      const reply = connection.ask(request)
      reply.catch(reject)
      asked.push(reply)
      return promise
    })
    await Promise.all(begun)
  }
  replies = Promise.all(asked)
  // Told when it is asked for.
  replies.catch(() => {})
  return { result: 'ready' }
}

function closeAll(): void {
  for (const connection of connections) connection.close()
  connections = []
}

function figuresOf(all: readonly Reply[], { workload: name, path }: Job): LoadFigures {
  const { answer, stream } = workloads[name]
  const { gap } = answers[answer]
  const gaps: number[] = []
  const firstTokens: number[] = []
  let events = 0
  for (const reply of all) {
    const times = checkReply(reply, paths[path].expectation, answer, stream)
    events += times.length
    firstTokens.push((times[0] ?? Number.NaN) - reply.sent)
    for (let index = 1; index < times.length; index += 1) gaps.push((times[index] ?? 0) - (times[index - 1] ?? 0))
  }
  const latencies = all.map(({ sent, received }) => received - sent)
  const started = all.reduce((first, { sent }) => Math.min(first, sent), Number.POSITIVE_INFINITY)
  const ended = all.reduce((last, { received }) => Math.max(last, received), 0)
  return {
    requests: all.length,
    events,
    elapsed: ended - started,
    latencyP50: percentile(latencies, 50),
    latencyP99: percentile(latencies, 99),
    firstTokenP50: percentile(firstTokens, 50),
    firstTokenP99: percentile(firstTokens, 99),
    jitterP99: percentile(
      gaps.map((between) => Math.abs(between - gap)),
      99,
    ),
  }
}
