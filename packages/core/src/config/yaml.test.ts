import { describe, expect, test } from 'vitest'
import { ConfigError, formatFault } from './fault.ts'
import type { Path } from './source-file.ts'
import { parseYaml } from './yaml.ts'

const text = `# a comment
port: 1
upstream:
  base_url: x
  headers: { a: b }
plugins:
  - real-stream
  - [pseudo-stream, { chunk: word }]
  - name: other
empty:
shared: &all { deep: 1 }
again: *all
`

function faultsOf(source: string, options: { format?: 'JSON'; only?: string } = {}): string[] {
  try {
    return parseYaml(source, { file: 'f', ...options }).faults.map(formatFault)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(formatFault)
    throw error
  }
}

describe('places', () => {
  const source = parseYaml(text, { file: 'f' })

  test.each<[Path, string]>([
    [['port'], '2:7'],
    [['upstream'], '3:1'],
    [['upstream', 'base_url'], '4:13'],
    [['upstream', 'headers'], '5:12'],
    [['upstream', 'headers', 'a'], '5:17'],
    [['plugins', 0], '7:5'],
    [['plugins', 1], '8:5'],
    [['plugins', 1, 1, 'chunk'], '8:30'],
    [['plugins', 2], '9:5'],
    [['empty'], '10:1'],
    [['again'], '12:8'],
    [['again', 'deep'], '11:22'],
  ])('the value at %j stands at %s', (path, expected) => {
    const place = source.locate(path)
    expect(`${place?.line}:${place?.column}`).toBe(expected)
  })

  test('a key has its own place', () => {
    expect(source.locate(['upstream', 'base_url'], 'key')).toEqual({ file: 'f', line: 4, column: 3 })
  })

  test('what is not there stands where the nearest thing around it stands', () => {
    expect(source.locate(['plugins', 1, 1, 'delay'])).toEqual({ file: 'f', line: 8, column: 21 })
    expect(source.locate(['upstream', 'kind'])).toEqual({ file: 'f', line: 3, column: 1 })
    expect(source.locate(['port', 'deeper'])).toEqual({ file: 'f', line: 2, column: 7 })
    expect(source.locate(['nowhere', 'else'])).toBeUndefined()
    expect(source.locate([])).toBeUndefined()
  })

  test('line ends of Windows, a byte order mark and characters of several bytes do not move them', () => {
    const other = parseYaml('\uFEFFuser: "é日😀"\r\nport: 1\r\n', { file: 'f' })
    expect(other.locate(['port'])).toEqual({ file: 'f', line: 2, column: 7 })
    expect(other.value).toEqual({ user: 'é日😀', port: 1 })
  })
})

describe('faults of the text', () => {
  test('all syntax faults are told at once', () => {
    expect(faultsOf('a: [1\nb: {\n')).toEqual([
      expect.stringMatching(/^f:2:1 {2}YAML: /),
      expect.stringMatching(/^f:3:1 {2}YAML: /),
    ])
  })

  test('a key that stands twice is told with its name, and the values stay readable', () => {
    expect(faultsOf('port: 1\n"port": 2\n')).toEqual([
      'f:2:1  port: stands here a second time: leave one of the two out',
    ])
    expect(faultsOf('{"a": 1,\n "a": 2}', { format: 'JSON' })).toEqual([expect.stringMatching(/^f:2:2 {2}a: /)])
  })

  test('beside the part that is ours, a key may stand twice', () => {
    const pack = '{\n\t"name": "x", "name": "y",\n\t"argo": {"port": 1, "port": 2},\n\t"a": 1, "a": 2}'
    expect(faultsOf(pack, { only: 'argo' })).toEqual([expect.stringMatching(/^f:3:22 {2}port: /)])
    expect(faultsOf('{"name": 1, "name": 2}', { only: 'argo' })).toEqual([])
  })

  test.each([
    ['b: 1\na: *nothing\n', 'f:2:4  YAML: *nothing stands for nothing: write &nothing before what it shall repeat'],
    ['a: &x [1, *x]\n', 'f:1:11  YAML: *x stands within itself: leave it out'],
    ['a: 1\n---\nb: 2\n', 'f:2:1  YAML: a second document begins here: leave one of the two out'],
    ['a: 1\n? [b]\n: 2\n', 'f:2:3  YAML: a list or a mapping is no key: write a text'],
    ['port: !port 5\n', 'f:1:7  YAML: Unresolved tag: !port: leave the tag out'],
  ])('%j', (source, fault) => {
    expect(faultsOf(source)).toEqual([fault])
  })

  test.each([
    ['{"a": 1, // why\n "b": 2}', 'f:1:10'],
    ['{"a": 1,\n}', 'f:2:1'],
    ["{'a': 1}", 'f:1:2'],
    ['a: 1\n', 'f'],
  ])('what is called JSON is JSON: %j', (source, place) => {
    expect(faultsOf(source, { format: 'JSON' })).toEqual([
      `${place}  JSON: is not JSON: write it without comments and final commas, or as YAML in a file that ends in .yaml`,
    ])
    expect(faultsOf('\uFEFF{"a": 1}', { format: 'JSON' })).toEqual([])
  })

  test('a bomb of aliases ends with a fault', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefg'.split('').map((name, index) => {
        const before = 'abcdef'[index]
        return `${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`
      }),
    ].join('\n')
    expect(faultsOf(bomb)).toEqual([expect.stringContaining('alias')])
  })
})

test('YAML 1.1 reads the booleans of PyYAML, 1.2 does not', () => {
  expect(parseYaml('a: yes\nb: off\n', { file: 'f', version: '1.1' }).value).toEqual({ a: true, b: false })
  expect(parseYaml('a: yes\nb: off\n', { file: 'f' }).value).toEqual({ a: 'yes', b: 'off' })
})
