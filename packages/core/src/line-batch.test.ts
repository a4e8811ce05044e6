import { execFileSync } from 'node:child_process'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { lineBatch } from './line-batch.ts'

test('the lines of one turn are written at once, in order', async () => {
  const written: string[] = []
  const stream = lineBatch({ write: (text) => written.push(String(text)) > 0 })
  stream.write('a\n')
  stream.write('b\n')
  expect(written).toEqual([])
  await turn()
  expect(written).toEqual(['a\nb\n'])
  stream.write('c\n')
  await turn()
  expect(written).toEqual(['a\nb\n', 'c\n'])
})

test.each([
  ['exits', 'process.exit(0)'],
  ['ends by a fault', 'throw 1'],
])('nothing is lost when the process %s', (_how, end) => {
  const module = new URL('line-batch.ts', import.meta.url).href
  const program = `import { lineBatch } from '${module}'; lineBatch(process.stdout).write('last words'); ${end}`
  const run = () => execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' })
  const output = (() => {
    try {
      return run()
    } catch (error) {
      return error instanceof Error && 'stdout' in error ? error.stdout : undefined
    }
  })()
  expect(String(output)).toBe('last words')
})
