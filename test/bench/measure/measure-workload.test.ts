import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answers } from '../answers.ts'
import { openaiWire } from '../upstream/wires.ts'
import { measureWorkload } from './measure-workload.ts'
import { type Rig, startRig } from './rig.ts'
import { VoidRun } from './run-job.ts'

let rig: Rig
let server: Server | undefined

beforeAll(async () => {
  rig = await startRig()
})

afterAll(async () => {
  server?.close()
  await rig.stop()
})

/** The rig, with a server that does this to its connections in the place of every hop but the direct one. */
async function rigWith(act: (socket: Socket) => void): Promise<Rig> {
  server?.close()
  const listening = createServer((socket) => {
    socket.on('error', () => {})
    act(socket)
  })
  server = listening
  const { promise, resolve } = Promise.withResolvers<void>()
  listening.listen(0, '127.0.0.1', resolve)
  await promise
  const address = listening.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    ...rig,
    get load() {
      return rig.load
    },
    hop: (name) =>
      name === 'direct' ? rig.hop(name) : Promise.resolve({ port, pid: process.pid, stop: async () => {} }),
  }
}

const effort = { rounds: 2, warmUp: 500, time: 0.05, only: ['node-http', 'direct'] } as const

test('a hop that closes its connections is named, and the others go on without it', async () => {
  const closing = await rigWith((socket) => socket.once('data', () => socket.destroy()))
  const { samples, skipped } = await measureWorkload(closing, 'single', effort)
  expect(samples.map(({ path, round }) => `${path} ${round}`)).toEqual(['direct 0', 'direct 1'])
  expect(skipped).toMatchObject([
    { path: 'node-http', failed: true, reason: expect.stringMatching(/closed|ECONNRESET/) },
  ])
})

test('a hop that refuses is named with its words', async () => {
  const refusal = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nfull'
  const refusing = await rigWith((socket) => socket.on('data', () => socket.write(refusal)))
  const { skipped } = await measureWorkload(refusing, 'single', effort)
  expect(skipped).toMatchObject([{ path: 'node-http', failed: true, reason: 'status 503: full' }])
})

test('a wrong byte voids the run', async () => {
  const body = Buffer.from(openaiWire.complete(answers.small))
  body[100] = (body[100] ?? 0) ^ 1
  const head = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`
  const changing = await rigWith((socket) =>
    socket.on('data', () => socket.write(Buffer.concat([Buffer.from(head), body]))),
  )
  await expect(measureWorkload(changing, 'single', effort)).rejects.toThrow(VoidRun)
})
