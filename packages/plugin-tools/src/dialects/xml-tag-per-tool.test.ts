import { describe, expect, test } from 'vitest'
import { dialects, readEveryWay, toolsNamed } from '../parser/read.test.fixture.ts'

const [xml] = await dialects('xml-tag-per-tool')
const properties = {
  path: { type: 'string' },
  count: { type: 'integer' },
  deep: { type: 'boolean' },
  tags: { type: 'array', items: { type: 'string' } },
  point: { type: 'array', items: { type: 'number' } },
  options: { type: 'object', properties: { mode: { type: 'string' }, level: { type: 'integer' } } },
}
const tools = toolsNamed(
  ['write', { type: 'object', properties }],
  ['open', { type: 'object', properties: { path: { type: 'string' } }, additionalProperties: true }],
  'free',
  [
    'say',
    { type: 'object', properties: { message: { type: 'string' }, mood: { type: 'string' } }, required: ['message'] },
  ],
)

function argumentsOf(text: string): unknown {
  const { calls } = readEveryWay(text, { dialects: xml ? [xml] : [], tools })
  return calls.map((call) => JSON.parse(call.arguments))[0]
}

describe('values', () => {
  test.each([
    [
      'texts as they are, tags and all',
      '<path><a href="x">b</a> &amp; c</path>',
      { path: '<a href="x">b</a> &amp; c' },
    ],
    ['entities, where no tags are', '<path>a &lt; b &amp;&amp; c &#233;</path>', { path: 'a < b && c é' }],
    ['CDATA', '<path><![CDATA[<b> & ]]></path>', { path: '<b> & ' }],
    ['elements of their own name', '<path><path>x</path></path>', { path: '<path>x</path>' }],
    ['numbers and booleans', '<count> 5 </count><deep>true</deep>', { count: 5, deep: true }],
    ['items', '<tags><item>a</item><item>5</item></tags>', { tags: ['a', '5'] }],
    ['items of numbers', '<point><item>1.50</item><item>2</item></point>', { point: [1.5, 2] }],
    ['one item', '<tags><item>a</item></tags>', { tags: ['a'] }],
    ['a lonely value of an array', '<tags>a</tags>', { tags: ['a'] }],
    ['elements that come again', '<tags>a</tags><tags>b</tags>', { tags: ['a', 'b'] }],
    ['JSON', '<tags>["a"]</tags><options>{"level": 2}</options>', { tags: ['a'], options: { level: 2 } }],
    ['objects', '<options><mode>fast</mode><level>2</level></options>', { options: { mode: 'fast', level: 2 } }],
    ['an end tag that is missing', '<path>a</path><count>5', { path: 'a', count: 5 }],
    ['comments', '<!-- <count>1</count> --><count>5</count>', { count: 5 }],
    ['names that the schema does not know', '<path>a</path><other>b</other>', { path: 'a' }],
  ])('by the schema: %s', (_what, body, expected) => {
    expect(argumentsOf(`<write>${body}</write>`)).toEqual(expected)
  })

  test('of names that the schema invites', () => {
    expect(argumentsOf('<open><path>a</path><other>5</other></open>')).toEqual({ path: 'a', other: 5 })
  })

  test('without a schema: by their looks', () => {
    const body = '<a>5</a><b>true</b><c>007</c><d><e>x</e></d><f>1</f><f>2</f><g><item>x</item></g>'
    expect(argumentsOf(`<free>${body}</free>`)).toEqual({ a: 5, b: true, c: '007', d: { e: 'x' }, f: [1, 2], g: ['x'] })
  })

  test('that come twice though only one is wanted are no call', () => {
    expect(argumentsOf('<write><path>a</path><path>b</path></write>')).toBeUndefined()
  })
})

describe('a body of plain words', () => {
  test('is the message of a tool that needs nothing else', () => {
    expect(argumentsOf('<say>Peak at 3 &lt; 5 keV.<br/> <mood>good</mood> <![CDATA[<ok>]]></say>')).toEqual({
      message: 'Peak at 3 < 5 keV. good <ok>',
    })
  })

  test('is lost on any other, whose arguments are empty', () => {
    expect(argumentsOf('<write>I will write.</write>')).toEqual({})
  })
})

test('the end tag may have white space in it, and another tool in its text', () => {
  expect(argumentsOf('<write><path>a <free/> b</path></ write >')).toEqual({ path: 'a <free/> b' })
})
