import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultDialects } from '../options.ts'
import { dialects, type ReadText, readText } from './read.test.fixture.ts'

const options = { dialects: await dialects(...defaultDialects) }

/** Prose with much in it that looks like the beginning, the middle or the end of a call. */
const fragments = [
  ...[
    '<',
    '<tool',
    '_call',
    '>',
    '</',
    '<tool_call',
    '</tool_call>',
    '<function',
    '=f>',
    '<invoke name',
    '[TOOL_CALLS',
    ']',
  ],
  ...['{', '}', '[', '"', "'", '\\', '`', '{"name"', "{'id': ", ':', ',', '|', '<|python_tag', '<｜tool▁', '/*'],
  ...[' ', '\n', '\r\n', 'word', 'é', '🔬', '日本', '0', 'null'],
]
const prose = fc.array(fc.constantFrom(...fragments), { maxLength: 12 }).map((parts) => parts.join(''))

const jsonObject = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom('name', '__proto__', '</tool_call>')),
  fc.jsonValue(),
  {
    maxKeys: 4,
  },
)
/** Text that can be a value between tags without the tags' own words for its end. */
const tagText = fc.constantFrom('a', 'New York', '{"x": 1}', '<b>bold</b>', "it's 5 > 3", '日本 🔬')
const name = fc.constantFrom('get_weather', 'a', 'weather.v2', 'größe')

interface Written {
  text: string
  call: { name: string; arguments: unknown }
}

const hermesCall = fc.record({ name, arguments: jsonObject }).map((call): Written => {
  const json = JSON.stringify(call)
  return { text: `<tool_call>\n${json}\n</tool_call>`, call: JSON.parse(json) }
})
const qwenCall = fc.record({ name, value: tagText }).map(({ name, value }): Written => {
  const text = `<tool_call>\n<function=${name}>\n<parameter=key>\n${value}\n</parameter>\n</function>\n</tool_call>`
  return { text, call: { name, arguments: { key: value.startsWith('{') ? JSON.parse(value) : value } } }
})
const invokeCall = fc.record({ name, value: tagText }).map(({ name, value }): Written => {
  const text = `<invoke name="${name}">\n<parameter name="key">${value}</parameter>\n</invoke>`
  return { text, call: { name, arguments: { key: value.startsWith('{') ? JSON.parse(value) : value } } }
})
const leakedCall = fc
  .record({ name: fc.constantFrom('bash', 'read'), command: tagText })
  .map(({ name, command }): Written => {
    const input = `{'command': ${pythonString(command)}, 'dry_run': true, 'limit': None}`
    const text = `{'id': 'toolu_01', 'input': ${input}, 'name': '${name}', 'type': 'tool_use', 'cache_control': None}`
    return { text, call: { name, arguments: { command, dry_run: true, limit: null } } }
  })
const written = fc.oneof(hermesCall, qwenCall, invokeCall, leakedCall)

/** As Python's repr does. */
function pythonString(text: string): string {
  return text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replace(/['\\]/g, '\\$&')}'`
}

function cutAt(text: string, positions: readonly number[]): string[] {
  const bounds = [
    0,
    ...positions.map((position) => Math.floor(position * text.length)).sort((a, b) => a - b),
    text.length,
  ]
  return bounds.slice(1).map((end, index) => text.slice(bounds[index], end))
}

const positions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })

describe('any text', () => {
  const anything = fc
    .array(
      fc.oneof(
        prose,
        written.map(({ text }) => text),
        written.map(({ text }) => text.slice(0, text.length / 2)),
      ),
      {
        maxLength: 6,
      },
    )
    .map((parts) => parts.join(''))

  test('gives the same, however it is cut', () => {
    fc.assert(
      fc.property(anything, positions, (text, at) => {
        const whole = readText([text], options)
        expect(readText(cutAt(text, at), options)).toEqual(whole)
        expect(readText(text.split(''), options)).toEqual(whole)
      }),
      { numRuns: 2_000 },
    )
  })

  test('gives the same live, where no call breaks', () => {
    fc.assert(
      fc.property(anything, positions, (text, at) => {
        const live = readText(cutAt(text, at), { ...options, live: true })
        if (live.broken === undefined) expect(live).toEqual(readText([text], options))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('text with calls at any places', () => {
  /** What the parser makes of the prose alone: what stands in it as a call is one with or without others around. */
  const readable = (text: string) => readText([text], options).calls.length === 0

  test('gives all the calls and all the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(plainProse, written), { maxLength: 4 }),
        plainProse,
        positions,
        (pairs, last, at) => {
          const texts = [...pairs.map(([before]) => before), last]
          fc.pre(texts.every(readable))
          const text = pairs.map(([before, { text: call }]) => before + call).join('') + last
          const read = readText(cutAt(text, at), options)
          expect(read.content).toBe(texts.join(''))
          expect(parsed(read)).toEqual(pairs.map(([, { call }]) => call))
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

/** Prose that ends in a word: what it leaves open does not reach into a call. */
const plainProse = prose.map((text) => (text === '' ? '' : `${text.replace(/[{["'\\]|\/\*/g, '-')}.`))

function parsed({ calls }: ReadText): unknown[] {
  return calls.map((call) => ({ name: call.name, arguments: JSON.parse(call.arguments) }))
}
