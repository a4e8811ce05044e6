import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ConfigError } from '../config/fault.ts'
import { useFolder } from '../config/folder.test.fixture.ts'
import type { LoadedConfig } from '../config/loaded-config.ts'
import { configSchema, type PluginEntry } from '../config/schema.ts'
import { definePlugin, type Plugin } from '../contract/plugin.ts'
import { fakeUpstream, recordingLogger } from '../testing/fake-exchange.ts'
import { setUpPlugins } from './set-up.ts'

const folder = useFolder()

const modes = definePlugin({
  name: 'modes',
  apiVersion: 1,
  setup: () => ({ modes: { real: { upstream: 'stream' }, pseudo: { upstream: 'complete' } } }),
})

function loadedWith(plugins: PluginEntry[], files: Record<string, string> = {}, more: object = {}): LoadedConfig {
  for (const [name, text] of Object.entries(files)) folder.write(name, text)
  return {
    config: configSchema.parse({ plugins, ...more }),
    directory: folder.path(),
    locate: (path) => ({ file: '.argorc', line: Number(path[1] ?? 0) + 2, column: 5 }),
    origins: new Map(),
  }
}

const setUp = (loaded: LoadedConfig) => setUpPlugins(loaded, fakeUpstream(), recordingLogger([]))

async function faultsOf(loaded: LoadedConfig): Promise<string[]> {
  const error: ConfigError = await setUp(loaded).then(
    () => expect.fail('was accepted'),
    (thrown) => thrown,
  )
  return error.message.split('\n')
}

const pluginFile = (name: string) =>
  `export default { name: '${name}', apiVersion: 1, setup: () => ({ stages: [] }) }\n`

test('names: a path (also TypeScript), a short name, a package, a scoped package, an inline plugin; falsy is skipped', async () => {
  const host = await setUp(
    loadedWith(['./mine.ts', 'short', 'argo-proxy-plugin-long', '@lab/audit', modes, false, null], {
      'mine.ts': `const name: string = 'mine'\n${pluginFile('mine').replace("'mine'", 'name')}`,
      'node_modules/argo-proxy-plugin-short/package.json': '{"type":"module","exports":"./index.js"}',
      'node_modules/argo-proxy-plugin-short/index.js': pluginFile('short'),
      'node_modules/argo-proxy-plugin-long/package.json': '{"type":"module","main":"index.js"}',
      'node_modules/argo-proxy-plugin-long/index.js': pluginFile('long'),
      'node_modules/@lab/audit/package.json': '{"type":"module","exports":"./index.js"}',
      'node_modules/@lab/audit/index.js': pluginFile('audit'),
    }),
  )
  expect(host.plugins.map(({ name }) => name)).toEqual(['mine', 'short', 'long', 'audit', 'modes'])
})

test('all faults at once, each at its line', async () => {
  const lines = await faultsOf(
    loadedWith(['nowhere', './gone.ts', './crash.js', './old.js', './empty.js', modes, modes, [modes, { a: 1 }]], {
      'crash.js': "throw new Error('boom\\nat somewhere')",
      'old.js': pluginFile('old').replace('apiVersion: 1', 'apiVersion: 0'),
      'empty.js': 'export const x = 1\n',
    }),
  )
  expect(lines).toEqual([
    expect.stringMatching(
      /^\.argorc:2:5 {2}plugins\[0\]: plugin "nowhere" is not installed \(looked for @argo-proxy\/plugin-nowhere, argo-proxy-plugin-nowhere/,
    ),
    expect.stringMatching(/^\.argorc:3:5 {2}plugins\[1\]: there is no file .*gone\.ts/),
    expect.stringMatching(
      /^\.argorc:4:5 {2}plugins\[2\]: plugin "\.\/crash\.js" failed while it was loaded \(Error: boom\): correct it there \(at \.\/crash\.js:1:7\)$/,
    ),
    expect.stringMatching(/^\.argorc:5:5 {2}plugins\[3\]: .*apiVersion: must be 1/),
    expect.stringMatching(/^\.argorc:6:5 {2}plugins\[4\]: .*no default export/),
    expect.stringMatching(/^\.argorc:9:5 {2}plugins\[7\]\[1\]: plugin "modes" takes no options/),
    expect.stringMatching(/^\.argorc:8:5 {2}plugins\[6\]: plugin "modes" is named twice/),
  ])
})

test('options go through the plugin’s Standard Schema', async () => {
  let seen: unknown
  const schema = z.strictObject({ level: z.int().default(3) })
  const plugin: Plugin<typeof schema> = definePlugin({
    name: 'with-options',
    apiVersion: 1,
    options: schema,
    setup: (_context, options) => {
      seen = options
      return {}
    },
  })
  await setUp(loadedWith([modes, plugin]))
  expect(seen).toEqual({ level: 3 })
  const [line] = await faultsOf(loadedWith([modes, [plugin, { level: 'x' }]]))
  expect(line).toMatch(/plugins\[1\]\[1\]\.level: plugin "with-options": is the text "x": write a number$/)
})

test('a setup that hangs is named, and what was set up is closed', async () => {
  let closed = false
  const close = () => {
    closed = true
  }
  const first = definePlugin({ name: 'first', apiVersion: 1, setup: () => ({ close }) })
  const hanging = definePlugin({ name: 'hanging', apiVersion: 1, setup: () => new Promise<never>(() => {}) })
  const [line] = await faultsOf(loadedWith([first, hanging], {}, { timeouts: { plugin_setup: 20 } }))
  expect(line).toMatch(/plugin "hanging" hangs: its setup has not ended after 20 ms/)
  expect(closed).toBe(true)
})

test('an import, or a check of options, that hangs is named', async () => {
  const check = () => new Promise<never>(() => {})
  const slow = definePlugin({
    name: 'slow',
    apiVersion: 1,
    options: { '~standard': { version: 1, vendor: 'x', validate: check } },
    setup: () => ({}),
  })
  const files = { 'never.js': `await new Promise(() => {})\n${pluginFile('never')}` }
  const lines = await faultsOf(loadedWith(['./never.js', slow], files, { timeouts: { plugin_setup: 30 } }))
  expect(lines).toEqual([
    expect.stringMatching(/^\.argorc:2:5 .*"\.\/never\.js".* it hangs: its import has not ended after 30 ms/),
    expect.stringMatching(/^\.argorc:3:5 .*"slow".* it hangs: the check of its options has not ended after 30 ms/),
  ])
})

test('a plugin whose options’ schema throws is named', async () => {
  const validate = () => {
    throw new Error('no schema')
  }
  const broken = definePlugin({
    name: 'broken',
    apiVersion: 1,
    options: { '~standard': { version: 1, vendor: 'x', validate } },
    setup: () => ({}),
  })
  expect(await faultsOf(loadedWith([modes, broken]))).toEqual([
    '.argorc:3:5  plugins[1]: plugin "broken" failed to check its options: no schema',
  ])
})

test('0 is no limit of a setup', async () => {
  const slow = definePlugin({ name: 'slow', apiVersion: 1, setup: () => pause(20, {}) })
  await setUp(loadedWith([modes, slow], {}, { timeouts: { plugin_setup: 0 } }))
})

test('a `close` that hangs does not keep the others from theirs', async () => {
  let closed = 0
  const closing = (name: string, close: () => void | Promise<void>) =>
    definePlugin({ name, apiVersion: 1, setup: () => ({ close }) })
  const count = () => {
    closed += 1
  }
  const plugins = [
    modes,
    closing('first', count),
    closing('hangs', () => new Promise(() => {})),
    closing('last', count),
  ]
  const host = await setUp(loadedWith(plugins, {}, { timeouts: { plugin_setup: 20 } }))
  await host.close()
  expect(closed).toBe(2)
})

test('what such a setup gives when it does end is closed', async () => {
  const closed = Promise.withResolvers<string>()
  const late = definePlugin({
    name: 'late',
    apiVersion: 1,
    setup: async () => {
      await pause(40)
      return { close: () => closed.resolve('closed') }
    },
  })
  const [line] = await faultsOf(loadedWith([late], {}, { timeouts: { plugin_setup: 20 } }))
  expect(line).toMatch(/plugin "late" hangs/)
  expect(await closed.promise).toBe('closed')
})

test('a stream mode has one owner', async () => {
  const other = definePlugin({
    name: 'other',
    apiVersion: 1,
    setup: () => ({ modes: { real: { upstream: 'complete' } } }),
  })
  const lines = await faultsOf(loadedWith([modes, other]))
  expect(lines).toEqual([
    '.argorc:3:5  plugins[1]: plugins "modes" and "other" both offer the stream mode "real": leave one out',
  ])
})

test('a contribution of the wrong shape is named', async () => {
  const loaded = loadedWith(['./odd.js'], {
    'odd.js': "export default { name: 'odd', apiVersion: 1, setup: () => ({ stages: [{ slot: 'middle' }] }) }",
  })
  const [line] = await faultsOf(loaded)
  expect(line).toMatch(/plugin "odd" contributes something wrong: .*slot/)
})

test('a mode that is configured or needed must be offered', async () => {
  const real = definePlugin({ name: 'r', apiVersion: 1, setup: () => ({ modes: { real: { upstream: 'stream' } } }) })
  const needy = definePlugin({ name: 'n', apiVersion: 1, needs: { modes: ['pseudo'] }, setup: () => ({}) })
  const explicit = loadedWith([real], {}, { real_stream: false })
  const [line] = await faultsOf({ ...explicit, origins: new Map([['real_stream', { from: 'file' }]]) })
  expect(line).toMatch(/real_stream: false needs a plugin that offers the stream mode "pseudo": add pseudo-stream/)
  const [other] = await faultsOf(loadedWith([real, needy]))
  expect(other).toMatch(/plugins\[1\]: plugin "n" needs the stream mode "pseudo"/)
})

test('with real-stream left out and real_stream not written, the other mode is the default', async () => {
  const pseudo = definePlugin({
    name: 'p',
    apiVersion: 1,
    setup: () => ({ modes: { pseudo: { upstream: 'complete' } } }),
  })
  const host = await setUp(loadedWith([pseudo]))
  expect(host.modes.has('real')).toBe(false)
})
