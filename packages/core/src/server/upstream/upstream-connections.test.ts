import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Connection, Connections, type Sender } from './upstream-connections.ts'

let server: Server
let origin: string
/** Answers that are awaited, in the order in which their requests came. */
let asked: { path: string; response: ServerResponse; socket: Socket }[]
let connected: number

beforeEach(async () => {
  asked = []
  connected = 0
  server = createServer((request, response) =>
    asked.push({ path: request.url ?? '', response, socket: request.socket }),
  ).on('connection', () => {
    connected += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

class Call implements Sender {
  queue: Pick<Connections, 'leave'> | undefined
  connection: Connection | undefined
  ended = ''

  onQueued(queue: Pick<Connections, 'leave'>): void {
    this.queue = queue
  }

  onConnection(connection: Connection): void {
    this.connection = connection
  }
  onRequestStart(): void {
    this.connection?.begin({})
  }
  onResponseStart(): void {}
  onResponseData(): void {}
  onResponseEnd(): void {
    this.ended = 'whole'
    this.connection?.release()
  }
  onResponseError(_controller: unknown, error: Error): void {
    this.ended = error.message
  }
}

const connectionsOf = (most: number): Connections => new Connections(origin, { most, connect: { allowH2: false } })

function send(connections: Connections, path: string): Call {
  const call = new Call()
  connections.send(() => ({ method: 'GET', path }), call)
  return call
}

async function answer(path: string): Promise<void> {
  await expect.poll(() => asked.some((one) => one.path === path)).toBe(true)
  asked.find((one) => one.path === path)?.response.end('x')
}

describe('the connections to an origin', () => {
  test('are used again, the one that was used last first', async () => {
    const connections = connectionsOf(9)
    const calls = [send(connections, '/a'), send(connections, '/b')]
    await answer('/b')
    await answer('/a')
    await expect.poll(() => calls.map(({ ended }) => ended)).toEqual(['whole', 'whole'])
    const next = send(connections, '/c')
    expect(next.connection).toBe(calls[0]?.connection)
    await answer('/c')
    await expect.poll(() => next.ended).toBe('whole')
    expect(connected).toBe(2)
  })

  test('are no more than there may be: what waits goes next, and what has left by then is left out', async () => {
    const connections = connectionsOf(1)
    const first = send(connections, '/first')
    const gone = send(connections, '/gone')
    const last = send(connections, '/last')
    gone.queue?.leave(gone)
    expect([gone.connection, last.connection]).toEqual([undefined, undefined])
    await answer('/first')
    await answer('/last')
    await expect.poll(() => last.ended).toBe('whole')
    expect(last.connection).toBe(first.connection)
    expect(asked.map(({ path }) => path)).toEqual(['/first', '/last'])
  })

  test('one that is given up makes room for what waits', async () => {
    const connections = connectionsOf(1)
    const first = send(connections, '/first')
    const next = send(connections, '/next')
    await expect.poll(() => asked.length).toBe(1)
    first.connection?.giveUp()
    await answer('/next')
    await expect.poll(() => next.ended).toBe('whole')
    expect(next.connection).not.toBe(first.connection)
    await expect.poll(() => asked[0]?.socket.destroyed).toBe(true)
  })

  test('one that has ended meanwhile is made anew', async () => {
    const connections = connectionsOf(1)
    const first = send(connections, '/first')
    await answer('/first')
    await expect.poll(() => first.ended).toBe('whole')
    asked[0]?.socket.destroy()
    const next = send(connections, '/next')
    await answer('/next')
    await expect.poll(() => next.ended).toBe('whole')
    expect(connected).toBe(2)
  })

  test('are closed with their owner: idle ones now, the others when their request has ended', async () => {
    const connections = connectionsOf(2)
    const idle = send(connections, '/idle')
    const busy = send(connections, '/busy')
    await answer('/idle')
    await expect.poll(() => idle.ended).toBe('whole')
    connections.close()
    await expect.poll(() => asked.find(({ path }) => path === '/idle')?.socket.destroyed).toBe(true)
    await answer('/busy')
    await expect.poll(() => busy.ended).toBe('whole')
    await expect.poll(() => asked.find(({ path }) => path === '/busy')?.socket.destroyed).toBe(true)
  })

  test('what comes while an answer is paused is kept, in its order', async () => {
    const pieces: string[] = []
    let pause = true
    class Paused extends Call {
      override onResponseData(controller?: Dispatcher.DispatchController, piece?: Buffer): void {
        pieces.push(String(piece))
        if (!pause) return
        pause = false
        controller?.pause()
        setTimeout(() => controller?.resume(), 100)
      }
    }
    const call = new Paused()
    connectionsOf(1).send(() => ({ method: 'GET', path: '/slow' }), call)
    await expect.poll(() => asked.length).toBe(1)
    for (let number = 0; number < 20; number += 1) {
      asked[0]?.response.write(`${number} `)
      await wait(2)
    }
    asked[0]?.response.end('end')
    await expect.poll(() => call.ended).toBe('whole')
    expect(pieces.join('')).toBe('0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 end')
  })

  test('what was read is seen before anything else runs: in the same turn', async () => {
    const order: string[] = []
    class Watched extends Call {
      override onResponseData(): void {
        order.push('data')
      }
    }
    const call = new Watched()
    connectionsOf(1).send(() => ({ method: 'GET', path: '/turn' }), call)
    await expect.poll(() => asked.length).toBe(1)
    asked[0]?.response.write('first')
    await expect.poll(() => order).toEqual(['data'])
    const take = call.connection?.joiner.take.bind(call.connection.joiner)
    if (call.connection && take) {
      call.connection.joiner.take = (read) => {
        process.nextTick(() => order.push('tick'))
        return take(read)
      }
    }
    asked[0]?.response.write('second')
    await expect.poll(() => order).toEqual(['data', 'data', 'tick'])
    asked[0]?.response.end()
    await expect.poll(() => call.ended).toBe('whole')
  })
})
