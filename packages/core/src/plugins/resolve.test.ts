import { expect, test } from 'vitest'
import { useFolder } from '../config/folder.test.fixture.ts'
import { resolvePlugin } from './resolve.ts'

const folder = useFolder()

test.each([
  ['tool', 'plugin "tool" is not installed, did you mean "tools"?'],
  ['pseudo_stream', 'plugin "pseudo_stream" is not installed, did you mean "pseudo-stream"?'],
  ['pseudo-streem', 'plugin "pseudo-streem" is not installed, did you mean "pseudo-stream"?'],
  [
    '@argo-proxy/plugin-tool',
    'plugin "@argo-proxy/plugin-tool" is not installed, did you mean "@argo-proxy/plugin-tools"?',
  ],
  ['mine.mjs', '"mine.mjs" is looked for among the packages: for the file write "./mine.mjs"'],
  [
    'lib/own',
    expect.stringMatching(
      /"lib\/own" is not installed .*: run "npm install .*", or name a file as "\.\/lib\/own\.ts"$/,
    ),
  ],
  ['gone.mjs', expect.stringMatching(/"gone\.mjs" is not installed .*, or name a file as "\.\/gone\.mjs"$/)],
  ['fs', '"fs" is a module of Node.js and no plugin: name a plugin, or a file as "./fs.ts"'],
  ['node:fs', expect.stringContaining('is a module of Node.js and no plugin')],
  ['redact', expect.stringMatching(/run "npm install argo-proxy-plugin-redact"/)],
  ['file://elsewhere/x.ts', expect.stringMatching(/^there is no file file:\/\/elsewhere/)],
])('%s: a fault that says what to write', (name, fault) => {
  folder.write('mine.mjs', '')
  expect(resolvePlugin(name, folder.path())).toEqual({ fault })
})

test('a package wins over a built-in name that it resembles', () => {
  folder.write('node_modules/tool/package.json', '{"main":"index.js"}')
  const path = folder.write('node_modules/tool/index.js', '')
  expect(resolvePlugin('tool', folder.path())).toEqual({ path })
})
