import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { ConfigError } from '../config/fault.ts'
import { channelPair } from './channel-pair.test.fixture.ts'
import { createRpc } from './rpc.ts'

type Left = { greet(name: string): string }
type Right = {
  add(more: number): Promise<number>
  fail(): void
  never(): Promise<void>
  take(name: string, socket: Socket): Promise<boolean>
}

function start() {
  const [leftEnd, rightEnd] = channelPair()
  let sum = 0
  const right: Right = {
    add: async (more) => {
      sum += more
      return sum
    },
    fail() {
      throw new ConfigError([{ key: 'port', message: 'is wrong' }])
    },
    never: () => new Promise(() => {}),
    take: async (name, socket) => name === 'this' && socket instanceof Socket,
  }
  const left: Left = { greet: (name) => `Hello ${name}` }
  return { toRight: createRpc<Right>(leftEnd, left), toLeft: createRpc<Left>(rightEnd, right), leftEnd, rightEnd }
}

test('both ends call each other, several at a time', async () => {
  const { toRight, toLeft } = start()
  expect(await Promise.all([toRight.call('add', 1), toLeft.call('greet', 'you'), toRight.call('add', 2)])).toEqual([
    1,
    'Hello you',
    3,
  ])
})

test('the last argument may be a socket', async () => {
  expect(await start().toRight.call('take', 'this', new Socket())).toBe(true)
})

test('what is thrown there is thrown here', async () => {
  await expect(start().toRight.call('fail')).rejects.toBeInstanceOf(ConfigError)
})

test('open and later calls reject when the other end has gone', async () => {
  const { toRight } = start()
  const open = toRight.call('never')
  toRight.end(new Error('gone'))
  await expect(open).rejects.toThrow('gone')
  await expect(toRight.call('add', 1)).rejects.toThrow('gone')
})

test('messages of others are not looked at', async () => {
  const { toRight, rightEnd } = start()
  Reflect.apply(rightEnd.send, rightEnd, [{ type: 'of a plugin' }])
  Reflect.apply(rightEnd.send, rightEnd, ['text'])
  expect(await toRight.call('add', 1)).toBe(1)
})

test('what cannot be sent rejects', async () => {
  const channel = {
    send() {
      throw new Error('cannot be copied')
    },
    onMessage() {},
  }
  await expect(createRpc<Right>(channel, {}).call('add', 1)).rejects.toThrow('cannot be copied')
})
