import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { ProxyError } from '../contract/error.ts'
import { connect } from './connect.ts'
import type { Piece } from './piece.ts'

const stepPiece = (name: string, write: (value: string) => string[], end: string[] = []): Piece => ({
  name,
  owner: name,
  slot: 'events',
  build: () => ({
    step: {
      write: (value, emit) => write(String(value)).forEach(emit),
      end: (emit) => end.forEach(emit),
    },
  }),
})
const streamPiece = (stream: PassThrough): Piece => ({
  name: 'stream',
  owner: 'a-plugin',
  slot: 'events',
  build: () => ({ stream }),
})

function collect(pieces: Piece[], accepts: () => boolean = () => true) {
  const out: string[] = []
  const errors: ProxyError[] = []
  let ended = false
  let resumed = 0
  const outlet = {
    write(value: unknown) {
      out.push(String(value))
      return accepts()
    },
    end() {
      ended = true
    },
  }
  const connection = connect(
    pieces,
    outlet,
    { resume: () => (resumed += 1) },
    {
      onError: (error) => errors.push(error),
    },
  )
  return { connection, out, errors, ended: () => ended, resumed: () => resumed }
}

describe('connect', () => {
  const upper = stepPiece('upper', (value) => [value.toUpperCase()])
  const twice = stepPiece('twice', (value) => [value, value], ['.'])

  test('steps are one function, in order, in the same turn, and build no stream', () => {
    const { connection, out, ended } = collect([twice, upper])
    connection.inlet.write('a')
    expect(out).toEqual(['A', 'A'])
    connection.inlet.end()
    expect(out).toEqual(['A', 'A', '.'])
    expect(ended()).toBe(true)
    expect(connection.streams).toBe(0)
  })

  test('steps around a stream give the same', async () => {
    const { connection, out, ended } = collect([twice, streamPiece(new PassThrough({ objectMode: true })), upper])
    connection.inlet.write('a')
    connection.inlet.end()
    await turn()
    expect(out).toEqual(['A', 'A', '.'])
    expect(ended()).toBe(true)
    expect(connection.streams).toBe(1)
  })

  test('a stream that is destroyed without an error, or before its end, is a fault of its owner', async () => {
    const stream = new PassThrough({ objectMode: true })
    const { connection, errors, ended } = collect([streamPiece(stream)])
    connection.inlet.write('a')
    await turn()
    stream.destroy()
    await turn()
    expect(ended()).toBe(false)
    expect(errors.map(({ code }) => code)).toEqual(['plugin_failed'])
    expect(errors[0]?.message).toContain('a-plugin')
  })

  test('a stream that ends by itself, and is closed then, is none', async () => {
    const stream = new PassThrough({ objectMode: true })
    const { connection, out, errors, ended } = collect([streamPiece(stream)])
    connection.inlet.write('a')
    connection.inlet.end()
    await turn()
    await turn()
    expect([stream.closed, ended(), out, errors]).toEqual([true, true, ['a'], []])
  })

  test('where a piece cannot be built, the streams that were are destroyed', () => {
    const stream = new PassThrough({ objectMode: true })
    const broken: Piece = {
      ...upper,
      build() {
        throw new Error('no')
      },
    }
    expect(() => collect([broken, upper, streamPiece(stream)])).toThrow('Plugin "upper"')
    expect(stream.destroyed).toBe(true)
  })

  test('a full outlet stops a stream until resume, and a full stream stops the feeder until it drains', async () => {
    let open = false
    const stream = new PassThrough({ objectMode: true, highWaterMark: 2 })
    const { connection, out, resumed } = collect([streamPiece(stream)], () => open)
    const accepted = Array.from({ length: 8 }, () => connection.inlet.write('x'))
    await turn()
    expect(out.length).toBe(1)
    expect(accepted.at(-1)).toBe(false)
    open = true
    connection.resume()
    await turn()
    expect(out.length).toBe(8)
    expect(resumed()).toBeGreaterThan(0)
  })

  test('a step that throws is blamed by its owner', () => {
    const bad = stepPiece('bad-plugin', () => {
      throw new Error('boom')
    })
    const { connection, errors } = collect([upper, bad])
    connection.inlet.write('a')
    expect(errors).toMatchObject([{ code: 'plugin_failed', message: expect.stringContaining('"bad-plugin" (events)') }])
  })

  test('a stream that fails is blamed by its owner', async () => {
    const stream = new PassThrough({ objectMode: true })
    const { errors } = collect([streamPiece(stream)])
    stream.destroy(new Error('boom'))
    await turn()
    expect(errors).toMatchObject([{ code: 'plugin_failed', message: expect.stringContaining('"a-plugin" (events)') }])
  })
})
