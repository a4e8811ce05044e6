import { describe, expect, test } from 'vitest'
import { dialects, eventsOfText, readEveryWay, readText, toolsNamed } from './read.test.fixture.ts'

const hermes = await dialects('hermes')
const call = '<tool_call>{"name": "add", "arguments": {"a": 1}}</tool_call>'
const add = { name: 'add', arguments: '{"a": 1}' }

describe('text around calls', () => {
  test('keeps its white space, before, between and after', () => {
    const read = readEveryWay(` one\n\n${call}\n two\t${call}${call} three \n`, { dialects: hermes })
    expect(read).toEqual({ content: ' one\n\n\n two\t three \n', calls: [add, add, add] })
  })

  test.each([
    'Nothing but prose, with a < b and {braces}.',
    'a false start: <tool_ and then prose',
    'at the end: <tool_cal',
    'at the end: <tool_call>',
    'named: <tool_call> is the tag, </tool_call> ends it',
    '<tool_call><tool_call',
    '<<<<',
    '',
    'a lonely end tag </tool_call> stays',
    'emoji 🔬 and é <tool_call>🔬',
  ])('without a call comes out as it is: %j', (text) => {
    expect(readEveryWay(text, { dialects: hermes })).toEqual({ content: text, calls: [] })
  })

  test('flows at once: only what may become a tag is held', () => {
    const events: string[] = []
    for (const event of eventsOfText(['Hello ', 'world, a <', ' b <tool', 'box> <tool_call> no'], {
      dialects: hermes,
    })) {
      if (event.type === 'text') events.push(event.text)
    }
    expect(events).toEqual(['Hello ', 'world, a ', '< b ', '<toolbox> ', '<', 'tool_call> no'])
  })
})

describe('calls', () => {
  test.each([
    ['braces, quotes and end tags in strings', '{"b": "} \\" </tool_call> <tool_call> {"}'],
    ['line breaks in strings', '{"b": "one\\ntwo"}'],
    ['unicode', '{"b": "日本語 🔬 \\ud83d\\udd2c"}'],
    ['__proto__', '{"__proto__": {"x": 1}, "constructor": 2}'],
    ['nesting', '{"a": {"b": [[{"c": null}], true, -1.5e-3]}}'],
    ['the digits of large numbers', '{"id": 12345678901234567890}'],
    ['white space', '{ "a" :\n 1 }'],
    ['nothing', '{}'],
  ])('keep their arguments as written: %s', (_what, args) => {
    const read = readEveryWay(`<tool_call>\n{"name": "f", "arguments": ${args}}\n</tool_call>`, { dialects: hermes })
    expect(read).toEqual({ content: '', calls: [{ name: 'f', arguments: args }] })
  })

  test.each([
    ['arguments as a string are decoded once', '{"name": "f", "arguments": "{\\"a\\": \\"\\\\n\\"}"}', '{"a": "\\n"}'],
    ['an empty string is {}', '{"name": "f", "arguments": ""}', '{}'],
    ['null is {}', '{"name": "f", "arguments": null}', '{}'],
    ['no arguments are {}', '{"name": "f"}', '{}'],
    ['parameters for arguments', '{"name": "f", "parameters": {"a": 1}}', '{"a": 1}'],
    ['arguments before the name', '{"arguments": {"a": 1}, "name": "f"}', '{"a": 1}'],
    ['an id beside them', '{"id": "call_1", "name": "f", "arguments": {"a": 1}}', '{"a": 1}'],
    ["OpenAI's own form", '{"type": "function", "function": {"name": "f", "arguments": "{\\"a\\": 1}"}}', '{"a": 1}'],
  ])('may be written otherwise: %s', (_what, json, args) => {
    const read = readEveryWay(`<tool_call>${json}</tool_call>`, { dialects: hermes })
    expect(read).toEqual({ content: '', calls: [{ name: 'f', arguments: args }] })
  })

  test('in an array are several', () => {
    const read = readEveryWay('<tool_call>[{"name": "f"}, {"name": "g", "arguments": {"a": 1}}]</tool_call>', {
      dialects: hermes,
    })
    expect(read.calls.map(({ name }) => name)).toEqual(['f', 'g'])
    expect(read.content).toBe('')
  })

  test.each([
    ['arguments that are no object', '<tool_call>{"name": "f", "arguments": [1]}</tool_call>'],
    ['arguments that are a plain word', '<tool_call>{"name": "f", "arguments": "x"}</tool_call>'],
    ['no name', '<tool_call>{"arguments": {"a": 1}}</tool_call>'],
    ['a name that is no text', '<tool_call>{"name": 1, "arguments": {}}</tool_call>'],
    ['arguments beside the name', '<tool_call>{"name": "f", "city": "Paris"}</tool_call>'],
    ['an empty array', '<tool_call>[]</tool_call>'],
    ['JSON that is none', '<tool_call>{bad}</tool_call>'],
  ])('are none, and stay text: %s', (_what, text) => {
    expect(readEveryWay(`a ${text} b`, { dialects: hermes })).toEqual({ content: `a ${text} b`, calls: [] })
  })

  test('is found behind one that was broken off', () => {
    const read = readEveryWay(`<tool_call>{"name": "add", "arg${call} done`, { dialects: hermes })
    expect(read).toEqual({ content: '<tool_call>{"name": "add", "arg done', calls: [add] })
  })
})

describe('the end of a call', () => {
  test.each([
    ['the text ends', call.replace('</tool_call>', ''), ''],
    ['the end tag is cut', call.slice(0, -7), ''],
    ['a bracket too many', call.replace('</tool_call>', ' }\n</tool_call>'), ''],
    ['a bracket too many and no end tag', call.replace('</tool_call>', '}'), ''],
    ['white space follows', call.replace('</tool_call>', '\n'), ''],
    ['prose follows', call.replace('</tool_call>', ' and so on</tool_call> after'), ' and so on after'],
    ['prose follows and nothing closes', call.replace('</tool_call>', ' and so on'), ' and so on'],
  ])('need not be its end tag: %s', (_what, text, content) => {
    expect(readEveryWay(text, { dialects: hermes })).toEqual({ content, calls: [add] })
  })

  test('missing before the next call leaves both', () => {
    const open = call.replace('</tool_call>', '')
    expect(readEveryWay(`${open}\n${call}`, { dialects: hermes })).toEqual({ content: '\n', calls: [add, add] })
  })

  test('that was cut makes it text, wherever it was cut', () => {
    const body = '<tool_call>{"name": "add", "arguments": {"a": "x y"}}'
    for (let length = 1; length < body.length; length += 1) {
      const text = `so ${body.slice(0, length)}`
      expect(readText([text], { dialects: hermes })).toEqual({ content: text, calls: [] })
    }
  })

  test('of an array that was cut leaves the calls that are whole', () => {
    const read = readEveryWay('<tool_call>[{"name": "f"}, {"name": "g", "argu', { dialects: hermes })
    expect(read).toEqual({ content: ', {"name": "g", "argu', calls: [{ name: 'f', arguments: '{}' }] })
  })
})

describe('tools that were not offered', () => {
  const tools = toolsNamed('add')
  const other = '<tool_call>{"name": "other", "arguments": {"t": "<tool_call>{\\"name\\": \\"add\\"}"}}</tool_call>'

  test('stay text, with what is in their strings', () => {
    expect(readEveryWay(`a${other}b${call}`, { dialects: hermes, tools })).toEqual({
      content: `a${other}b`,
      calls: [add],
    })
  })

  test('pass where that is wanted', () => {
    const read = readEveryWay(`a${other}b`, { dialects: hermes, tools, unknownTool: 'pass' })
    expect(read.content).toBe('ab')
    expect(read.calls.map(({ name }) => name)).toEqual(['other'])
  })

  test.each(['weather.get', 'ns/tool:v2', 'with space', 'größe', 'a'.repeat(200)])(
    'names beyond the rule work: %s',
    (name) => {
      const text = `<tool_call>${JSON.stringify({ name, arguments: { a: 1 } })}</tool_call>`
      const read = readEveryWay(text, { dialects: hermes, tools: toolsNamed(name) })
      expect(read.calls.map((found) => found.name)).toEqual([name])
    },
  )
})

describe('malformed calls are reported', () => {
  const faultsOf = (text: string) => {
    const faults: unknown[] = []
    readText(text.split(''), { dialects: hermes, onMalformed: (fault) => void faults.push(fault) })
    return faults
  }

  test('once, as malformed or as cut', () => {
    expect(faultsOf('<tool_call>{"name": "f", "arguments": oops}</tool_call>')).toEqual([
      { dialect: 'hermes', cut: false },
    ])
    expect(faultsOf('<tool_call>{"name": "f", "arg')).toEqual([{ dialect: 'hermes', cut: true }])
  })

  test('but prose is not', () => {
    expect(faultsOf('the tag <tool_call> is')).toEqual([])
    expect(faultsOf(call)).toEqual([])
  })
})

describe('time', () => {
  test.each([
    ['a string', '<tool_call>{"name": "a", "arguments": {"b": "', 'x'],
    ['starts in a string', '<tool_call>{"b": "', '<tool_call>{"b": '],
    ['starts in a comment', '<tool_call>[/*', '<tool_call>[/*'],
    ['brackets', '<tool_call>', '['],
    ['a value', '<tool_call><function=a><parameter=b>', '<tool_call><function=a><parameter=b>'],
    ['false starts', '', '<tool_call'],
  ])('grows with the length of what is never finished: %s', async (_what, start, filling) => {
    const all = await dialects('hermes', 'qwen3-coder', 'glm')
    const timeOf = (length: number) => {
      const text = (start + filling.repeat(Math.ceil(length / filling.length))).slice(0, length)
      const pieces = text.split('')
      // CPU time, so that it does not matter what else the machine is doing.
      const before = process.cpuUsage()
      expect(readText(pieces, { dialects: all }).content).toBe(text)
      return process.cpuUsage(before).user / 1_000
    }
    timeOf(20_000)
    const small = Math.max(5, timeOf(25_000))
    // Eight times the text; quadratic time would be 64 times as much.
    expect(timeOf(200_000)).toBeLessThan(small * 30)
  })
})
