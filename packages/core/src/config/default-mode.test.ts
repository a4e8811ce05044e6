import { expect, test } from 'vitest'
import { modeByNames, modeInForce } from './default-mode.ts'
import type { LoadedConfig } from './loaded-config.ts'
import { configSchema } from './schema.ts'

function loadedWith(realStream: boolean | undefined, plugins: unknown[]): Pick<LoadedConfig, 'config' | 'origins'> {
  const written = realStream !== undefined
  return {
    config: configSchema.parse({ plugins, ...(written && { real_stream: realStream }) }),
    origins: new Map(written ? [['real_stream', { from: 'file' }]] : []),
  }
}

test.each([
  [undefined, ['real', 'pseudo'], 'real'],
  [undefined, ['pseudo', 'lines'], 'pseudo'],
  [undefined, ['lines'], 'lines'],
  [undefined, [], undefined],
  [true, ['pseudo'], undefined],
  [false, ['real', 'pseudo'], 'pseudo'],
])('real_stream %s and the modes %j: %s', (realStream, offered, mode) => {
  expect(modeInForce(loadedWith(realStream, []), offered)).toBe(mode)
})

test.each([
  [undefined, ['real-stream', 'pseudo-stream', 'tools'], 'real'],
  [undefined, [['@argo-proxy/plugin-pseudo-stream', { chunk: 'line' }], 'tools', false], 'pseudo'],
  [undefined, ['real-stream', './own.ts'], 'real'],
  [undefined, ['pseudo-stream', './own.ts'], undefined],
  [false, ['./own.ts'], 'pseudo'],
])('real_stream %s and the plugins %j, before they are loaded: %s', (realStream, plugins, mode) => {
  expect(modeByNames(loadedWith(realStream, plugins))).toBe(mode)
})
