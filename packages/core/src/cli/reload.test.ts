import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LoadedConfig } from '../config/loaded-config.ts'
import { configSchema } from '../config/schema.ts'
import { type LogRecord, recordingLogger } from '../testing/fake-exchange.ts'
import { reloadOnChange } from './reload.ts'

const whole = 'real_stream: true\n'
let folder = ''
let file = ''
let read: string[] = []
let logged: LogRecord[] = []
let stop = (): void => {}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'argo-proxy-reload-'))
  file = join(folder, '.argorc')
  writeFileSync(file, whole)
  read = []
  logged = []
  const loaded: LoadedConfig = {
    config: configSchema.parse({}),
    directory: folder,
    locate: () => undefined,
    origins: new Map(),
  }
  stop = reloadOnChange({
    file,
    load: async () => {
      read.push(readFileSync(file, 'utf8'))
      return loaded
    },
    apply: async () => [],
    log: recordingLogger(logged),
  })
})
afterEach(() => {
  stop()
  rmSync(folder, { recursive: true, force: true })
})

test('SIGHUP reads the file anew', async () => {
  process.emit('SIGHUP')
  await expect.poll(() => read).toEqual([whole])
})

test('a file that is being written is not read before it is whole', async () => {
  writeFileSync(file, '')
  process.emit('SIGHUP')
  await pause(150)
  writeFileSync(file, 'real_')
  await pause(20)
  writeFileSync(file, whole)
  await expect.poll(() => read.length, { timeout: 3_000 }).toBeGreaterThan(0)
  await pause(600)
  expect(new Set(read)).toEqual(new Set([whole]))
})

test('a file that stays empty changes nothing: with none of its keys it would be another proxy', async () => {
  writeFileSync(file, '')
  process.emit('SIGHUP')
  await expect
    .poll(() => logged.map(({ message }) => message), { timeout: 5_000 })
    .toContainEqual(expect.stringMatching(/not reloaded: .*\.argorc is empty/))
  expect(read).toEqual([])
})

test('a file that is gone is for the search to find', async () => {
  rmSync(file)
  process.emit('SIGHUP')
  await expect.poll(() => logged.length, { timeout: 5_000 }).toBeGreaterThan(0)
  expect(logged[0]?.message).toMatch(/not reloaded: .*ENOENT/)
})
