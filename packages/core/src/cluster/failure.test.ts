import { createServer } from 'node:net'
import { deserialize, serialize } from 'node:v8'
import { expect, test } from 'vitest'
import { ConfigError, UnreadableConfigError } from '../config/fault.ts'
import { fromFailure, toFailure } from './failure.ts'

const send = (error: unknown): Error => fromFailure(deserialize(serialize(toFailure(error))))

test('faults of the configuration keep their places', () => {
  const faults = [{ location: { file: '.argorc', line: 2, column: 3 }, key: 'plugins[0]', message: 'is not there' }]
  const error = send(new ConfigError(faults))
  expect(error).toBeInstanceOf(ConfigError)
  expect(error).toMatchObject({ faults, message: '.argorc:2:3  plugins[0]: is not there' })
  expect(send(new UnreadableConfigError('no'))).toBeInstanceOf(UnreadableConfigError)
})

test("Node's own errors keep their code, and what is no error becomes one", async () => {
  const listening = createServer().listen(0, '192.0.2.1')
  const thrown = await new Promise((resolve) => listening.once('error', resolve))
  expect(send(thrown)).toMatchObject({ code: 'EADDRNOTAVAIL', syscall: 'listen' })
  expect(send('text').message).toBe('text')
  expect('code' in send(new Error('plain'))).toBe(false)
})
