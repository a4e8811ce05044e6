import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { afterAll, expect, test } from 'vitest'
import { compiledAhead } from '../scripts/bundling/compiled-ahead.ts'
import { functionsOf } from '../scripts/bundling/functions-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'argo-proxy-compiled-ahead-'))
afterAll(() => rmSync(folder, { recursive: true }))

const source = `import { join } from 'node:path'
const early = twice(4)
function twice(number) { return number * 2 }
async function* each(list) { yield* list.map((one) => twice(one)) }
function idle() { return 'never called' }
class Box { open() { return this.content() } content = () => 'é' }
const object = { method() { return 1 }, get getter() { return 2 }, value: async () => 3 }
export { each, early, idle, Box, object, join }
`

async function bundled(wanted: (text: string) => boolean): Promise<string> {
  const input = join(folder, 'input.js')
  writeFileSync(input, source)
  const bundle = await rolldown({ input, external: ['node:path'] })
  const plain = (await bundle.generate()).output[0]
  const indices = functionsOf(plain.code).flatMap(({ start, end }, index) =>
    wanted(plain.code.slice(start, end)) ? index : [],
  )
  const plugins = [compiledAhead(new Map([[plain.name, new Set(indices)]]))]
  return (await bundle.generate({ plugins })).output[0].code
}

test('what was called stands in parentheses, declarations at the top; the rest is as it was', async () => {
  const code = await bundled((text) => !text.includes('never called'))
  const wrapped = [
    /var twice = \(function ?\(number\)/,
    /var each = \(async function\* ?\(list\)/,
    /content = \(\(\) =>/,
  ]
  for (const one of [...wrapped, /map\(\(\(one\) =>/, /value: \(async \(\) =>/]) expect(code).toMatch(one)
  expect(code).toContain('function idle()')
  expect(code.indexOf('var twice')).toBeLessThan(code.indexOf('const early'))
})

test('it does what it did, and its functions keep their names', async () => {
  const output = join(folder, 'output.mjs')
  writeFileSync(output, await bundled(() => true))
  const { each, early, idle, Box, object, join: imported } = await import(output)
  expect([early, idle(), new Box().open(), await object.value()]).toEqual([8, 'never called', 'é', 3])
  expect([object.method(), object.getter, imported('a', 'b')]).toEqual([1, 2, 'a/b'])
  for await (const one of each([1])) expect(one).toBe(2)
  expect([each.name, idle.name]).toEqual(['each', 'idle'])
})
