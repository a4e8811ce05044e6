import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectedEnding, faultTable, tableIn, tablePage } from './support/table.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(tablePage, 'utf8')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

const links = [...page.matchAll(/\[([^\]]+)\]\((\.\.\/[^)#]+)\)/g)].map(([, name = '', target = '']) => ({
  name,
  file: join(dirname(tablePage), target),
}))
const tests = links.filter(({ file }) => file.endsWith('.test.ts'))

/** The cells of the page's rows, but for the generated ones, titles and rulers. */
const rows = page
  .slice(0, page.indexOf('<!-- faults -->'))
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .flatMap(([, what = '', seen = '', settings = '', proof]) => (proof ? [{ what, seen, settings, proof }] : []))
  .filter(({ what }) => what !== 'what happens' && !/^-+$/.test(what))

/** The strings of a file, of which its titles are made. */
function titlesIn(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/(['"`])((?:\\.|(?!\1).)*)\1/g)].map(([, , text = '']) => text)
}

/** A long title may be named by a part of it. */
const isNamed = (title: string, name: string): boolean => title === name || (name.length > 15 && title.includes(name))

describe('docs/what-happens-when.md', () => {
  test('links to files that are there', () => {
    expect(links.length).toBeGreaterThan(80)
    expect(links.filter(({ file }) => !existsSync(file))).toEqual([])
  })

  test('names tests that are in their files', () => {
    expect(tests.length).toBeGreaterThan(80)
    expect(tests.filter(({ name, file }) => !titlesIn(file).some((title) => isNamed(title, name)))).toEqual([])
  })

  test('has a test in every row', () => {
    expect(rows.length).toBeGreaterThan(70)
    expect(rows.filter(({ proof }) => !proof.includes('.test.ts)'))).toEqual([])
  })

  test('names every error code of the table in errors.ts, with its status or one in the stream', () => {
    const codes = [...read('packages/core/src/errors.ts').matchAll(/^ {2}(\w+): \[(\d{3}), /gm)]
    expect(codes.length).toBeGreaterThan(30)
    const missing = codes.filter(([, code, status]) => {
      const row = rows.find(({ seen }) => seen.includes(`\`${code}\``))
      return !row?.seen.includes(String(status))
    })
    expect(missing.map(([, code]) => code)).toEqual([])
  })

  test('names keys that are documented', () => {
    const documented = read('docs/configuration.md')
    const keys = rows.flatMap(({ settings }) => settings.match(/`[a-z_.]+`/g) ?? [])
    const ofTools = read('packages/plugin-tools/README.md')
    const groups = ['`heal`', '`circuit_breaker`']
    expect(keys.length).toBeGreaterThan(40)
    expect(keys.filter((key) => !`${documented}${ofTools}`.includes(key) && !groups.includes(key))).toEqual([])
  })

  test('shows the table of faults as it is', () => {
    expect(tableIn(page)).toBe(faultTable(expectedEnding))
  })
})
