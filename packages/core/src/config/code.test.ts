import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { useFolder } from './folder.test.fixture.ts'

const folder = useFolder()
const run = promisify(execFile)

/** In a process of its own: here vitest would load the file, and not Node. */
async function load(name: string): Promise<string> {
  const script = `
    import { loadConfig } from ${JSON.stringify(new URL('./load.ts', import.meta.url).href)}
    try {
      const { config } = await loadConfig({ cwd: process.cwd(), file: ${JSON.stringify(name)}, environment: {} })
      console.log('port ' + config.port)
    } catch (error) {
      console.log(error.message)
    }`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder.path() })
  return stdout.trimEnd()
}

describe('a file of code', () => {
  test.each([
    ['a.ts', 'interface Settings { port: number }\nconst own: Settings = { port: 1 }\nexport default own'],
    ['b.mts', 'export default { port: 1 as number }'],
    ['c.cjs', 'module.exports = { port: 1 }'],
    ['d.js', 'export default Promise.resolve({ port: 1 })'],
  ])('%s is loaded by Node itself', async (name, text) => {
    folder.write(name, text)
    expect(await load(name)).toBe('port 1')
  })

  test.each([
    [
      'a.ts',
      'type A = 1\nconst a: any = {}\na.b.c()',
      /^a\.ts:3:5 {2}file: failed while it was loaded \(TypeError: .*\): correct it there$/,
    ],
    ['b.mjs', 'const a = 1\nexport default {', /^b\.mjs {2}file: failed while it was loaded \(SyntaxError: .*\)/],
    [
      'c.ts',
      'export default {}\nenum A { B }',
      /^c\.ts:2 {2}file: cannot be read as TypeScript \(.*enum.*\): use only syntax/,
    ],
    ['d.ts', 'export const a = 1', /^d\.ts {2}file: has no default export: write/],
    [
      'e.mjs',
      'import { defineConfig } from "argo-proxy"',
      /^e\.mjs {2}file: cannot import "argo-proxy" .* npm install argo-proxy/,
    ],
    ['f.mjs', 'import "./nothing.mjs"', /^f\.mjs {2}file: failed while it was loaded \(Error: Cannot find module/],
    ['g.mjs', 'throw "a\\nb"', /^g\.mjs {2}file: failed while it was loaded \(a\)/],
    ['h.mjs', 'export default () => ({})', /^h\.mjs {2}file: exports a function: export the object that it returns/],
    ['l.mjs', 'export default [1]', /^l\.mjs {2}file: exports a list: export an object, as in/],
    ['m.mjs', 'export default Promise.reject(new Error("no"))', /^m\.mjs:1:31 {2}file: failed .*\(Error: no\)/],
    [
      'n.ts',
      'const a: number =\nexport default {',
      /^n\.ts:2(:\d+)? {2}file: has a syntax error \(.*\): correct it there$/,
    ],
    ['o.cts', 'export default {}', /^o\.cts:1:1 {2}file: .*it is read as CommonJS: let its name end in \.mts$/],
    ['i.mjs', 'import { readFileSync } from "node:fs"\nreadFileSync("/not/there")', /^i\.mjs:2:1 {2}file: .*ENOENT/],
    ['j.mjs', 'throw undefined', /^j\.mjs {2}file: failed while it was loaded \(undefined\)/],
    // A second run would say so.
    [
      'k.mjs',
      'globalThis.runs = (globalThis.runs ?? 0) + 1\nthrow new Error("run " + runs)',
      /^k\.mjs:2:7 {2}file: .*run 1/,
    ],
  ])('%s that crashes is told in one line: %s', async (name, text, expected) => {
    folder.write(name, text)
    const message = await load(name)
    expect(message).toMatch(expected)
    expect(message).not.toContain('\n')
  })

  test.each(['import "node:fs"', 'export default {}', 'const a = await 1'])(
    'in a CommonJS package (npm init) cannot begin with %s, and says why',
    async (text) => {
      folder.write('package.json', '{"type": "commonjs"}')
      folder.write('a.ts', text)
      expect(await load('a.ts')).toMatch(
        /^a\.ts:1:\d+ {2}file: .*it is read as CommonJS: write "type": "module" into the nearest package\.json, or let its name end in \.mts$/,
      )
      folder.write('b.mts', 'import "node:fs"\nexport default { port: await 1 }')
      expect(await load('b.mts')).toBe('port 1')
    },
  )
})
