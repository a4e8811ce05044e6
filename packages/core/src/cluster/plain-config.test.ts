import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../config/load.ts'
import type { LoadedConfig } from '../config/loaded-config.ts'
import { fromPlainConfig, toPlainConfig } from './plain-config.ts'

async function load(name: string, text: string): Promise<LoadedConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'argo-proxy-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), text)
  return loadConfig({ cwd: folder, environment: { ARGO_PROXY_PORT: '5' } })
}

const send = (loaded: LoadedConfig): Promise<LoadedConfig> =>
  fromPlainConfig(deserialize(serialize(toPlainConfig(loaded))))

test('a file of data arrives as it is, with the places of what may be at fault later', async () => {
  const text =
    'user: me\nreal_stream: false\nplugins:\n  - real-stream\n  - [pseudo-stream, { chunk: line }]\n  - false\n'
  const loaded = await load('.argorc', text)
  const arrived = await send(loaded)
  expect(arrived.config).toEqual(loaded.config)
  expect(arrived.origins.get('port')).toEqual({ from: 'environment', variable: 'ARGO_PROXY_PORT' })
  const below = (...path: (string | number)[]) => ['plugins', 1, ...path]
  for (const path of [['real_stream'], ['plugins'], ['plugins', 0], below(), below(1, 'chunk')]) {
    expect(arrived.locate(path)).toEqual(loaded.locate(path))
    expect(arrived.locate(path)?.line).toBeGreaterThan(1)
  }
  // What is not there is looked for around it.
  expect(arrived.locate(below(1, 'delay'))).toEqual(arrived.locate(below(1)))
})

test('plugins of a file in code are read from it, functions and all', async () => {
  const loaded = await load(
    'argo.config.mjs',
    "export default { user: 'me', plugins: ['real-stream', { name: 'own', setup: () => ({}) }, ['x', { test: () => 7 }]] }",
  )
  const { config } = await send(loaded)
  expect(config.plugins[1]).toMatchObject({ name: 'own', setup: expect.any(Function) })
  expect(config.plugins[2]).toMatchObject(['x', { test: expect.any(Function) }])
  expect(config.user).toBe('me')
})

test('a file in code without plugins has the default ones', async () => {
  const loaded = await load('argo.config.mjs', "export default { user: 'me' }")
  expect((await send(loaded)).config.plugins).toEqual(loaded.config.plugins)
})
