import { connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import {
  type ConnectionDispatcher,
  type DispatcherOptions,
  listenForWorkers,
  type Receiver,
} from './connection-dispatcher.ts'
import { WorkerGone } from './worker-handle.ts'

interface FakeWorker extends Receiver {
  /** The connections that it was sent, with what its answer is to be. */
  got: { accept(): void; fail(error: Error): void }[]
  /** Answers to `ping`. */
  pong: boolean
}

function fakeWorker(): FakeWorker {
  const got: FakeWorker['got'] = []
  const call = (name: string): Promise<unknown> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    if (name === 'accept') got.push({ accept: resolve, fail: reject })
    if (name === 'ping' && worker.pong) resolve()
    return promise
  }
  const worker: FakeWorker = { got, pong: false, call: (...given) => Reflect.apply(call, undefined, given) }
  return worker
}

async function listen(options: Partial<DispatcherOptions> = {}): Promise<ConnectionDispatcher> {
  const dispatcher = await listenForWorkers({ host: '127.0.0.1', port: 0, limit: 10, ...options })
  onTestFinished(() => void dispatcher.close())
  return dispatcher
}

interface Client {
  /** Resolves to what has come when the connection is closed. */
  text: Promise<string>
}

async function client({ port }: ConnectionDispatcher): Promise<Client> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)))
  await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), closed])
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  return { text: closed }
}

/** The numbers of connections that workers were sent. */
const counts = (...workers: FakeWorker[]): number[] => workers.map(({ got }) => got.length)

test('a free port has a number; a taken one rejects', async () => {
  const { port } = await listen()
  expect(port).toBeGreaterThan(0)
  await expect(listen({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('workers get connections in turn, one at a time', async () => {
  const dispatcher = await listen()
  const [first, second] = [fakeWorker(), fakeWorker()]
  dispatcher.add(first)
  dispatcher.add(second)
  for (let count = 0; count < 5; count += 1) await client(dispatcher)
  await expect.poll(() => counts(first, second)).toEqual([1, 1])
  first.got[0]?.accept()
  await expect.poll(() => counts(first, second)).toEqual([2, 1])
  first.got[1]?.accept()
  await expect.poll(() => counts(first, second)).toEqual([3, 1])
})

test('what waits goes to the first worker there is', async () => {
  const dispatcher = await listen()
  await client(dispatcher)
  const worker = fakeWorker()
  dispatcher.add(worker)
  await expect.poll(() => counts(worker)).toEqual([1])
})

test('a connection that a worker has not accepted when it ends goes to another one', async () => {
  const dispatcher = await listen()
  const [dying, other] = [fakeWorker(), fakeWorker()]
  dispatcher.add(dying)
  await client(dispatcher)
  await expect.poll(() => counts(dying)).toEqual([1])
  dispatcher.add(other)
  dying.got[0]?.fail(new WorkerGone('gone'))
  await expect.poll(() => counts(dying, other)).toEqual([1, 1])
  await client(dispatcher)
  other.got[0]?.accept()
  await expect.poll(() => counts(dying, other)).toEqual([1, 2])
})

test('a worker that has been removed gets none, also when it answers later', async () => {
  const dispatcher = await listen()
  const [leaving, staying] = [fakeWorker(), fakeWorker()]
  dispatcher.add(leaving)
  await client(dispatcher)
  await expect.poll(() => counts(leaving)).toEqual([1])
  dispatcher.remove(leaving)
  dispatcher.add(staying)
  leaving.got[0]?.accept()
  await client(dispatcher)
  await expect.poll(() => counts(leaving, staying)).toEqual([1, 1])
})

test('a connection that was lost on its way is closed, and its worker gets the next one', async () => {
  const dispatcher = await listen({ doubt: 20 })
  const worker = fakeWorker()
  dispatcher.add(worker)
  const { text } = await client(dispatcher)
  await pause(60)
  // Whoever does not answer is busy: it has the connection, or will have it.
  expect(counts(worker)).toEqual([1])
  worker.pong = true
  await client(dispatcher)
  worker.got[0]?.accept()
  await expect.poll(() => counts(worker)).toEqual([2])
  await client(dispatcher)
  await expect.poll(() => counts(worker)).toEqual([3])
  expect(await text).toBe('')
})

test('where no worker is free for too long the answer is 503; more than the limit are reset', async () => {
  const dispatcher = await listen({ longestWait: 50, limit: 2 })
  const waiting = [await client(dispatcher), await client(dispatcher)]
  const { text } = await client(dispatcher)
  expect(await text).toBe('')
  for (const one of waiting) expect(await one.text).toMatch(/^HTTP\/1\.1 503 [\s\S]*No worker was free/)
})

test('close frees the port, answers what waits with 503, and waits for what is on its way', async () => {
  const dispatcher = await listen()
  const [slow, dying] = [fakeWorker(), fakeWorker()]
  dispatcher.add(slow)
  dispatcher.add(dying)
  const clients: Client[] = []
  for (let count = 0; count < 4; count += 1) clients.push(await client(dispatcher))
  await expect.poll(() => counts(slow, dying)).toEqual([1, 1])
  let closed = false
  const closing = dispatcher.close().then(() => {
    closed = true
  })
  for (const one of clients.slice(2)) expect(await one.text).toMatch(/^HTTP\/1\.1 503 [\s\S]*shutting_down/)
  const next = createServer().listen(dispatcher.port, '127.0.0.1')
  onTestFinished(() => void next.close())
  await new Promise((resolve) => next.once('listening', resolve))
  slow.got[0]?.accept()
  await pause(20)
  expect(closed).toBe(false)
  dying.got[0]?.fail(new WorkerGone('gone'))
  await closing
  expect(await clients[1]?.text).toContain('shutting_down')
})
