import { describe, expect, test } from 'vitest'
import { frameTemplate } from './frame-template.ts'

const frame = (content: string, more: object = {}) =>
  JSON.stringify({ id: 'x', choices: [{ index: 0, delta: { content, ...more }, finish_reason: null }] })

function learnt(content: string) {
  const template = frameTemplate()
  template.learn(frame(content), { choice: 0, delta: content })
  return template
}

describe('a frame template', () => {
  test.each(['word', '', '"', '\\', 'a"b\\c', 'line\nend\t', '東京 🧪', '","x":"', '\u0001', ' '])(
    'reads %j as JSON.parse does, from whichever frame it has learnt',
    (content) => {
      for (const first of ['x', 'a "quoted" one', '\\']) {
        expect(learnt(first).read(frame(content))).toEqual({ choice: 0, delta: content })
      }
    },
  )

  test.each([
    ['one that says more', frame('x', { refusal: 'no' })],
    ['one with another id', frame('x').replace('"id":"x"', '"id":"y"')],
    ['one that ended', frame('x').replace('null', '"stop"')],
    ['one with a broken text', frame('x').replace('"x",', '"\\x",')],
    ['one with a quote in its text', frame('x').replace('"content":"x"', '"content":"x"y"')],
    ['one that was cut', frame('some text').slice(0, -3)],
    ['a shorter one', '{}'],
  ])('leaves %s to the parser', (_what, data) => {
    expect(learnt('first').read(data)).toBeUndefined()
  })

  test('learns nothing from a frame whose text it is not sure of', () => {
    const template = frameTemplate()
    const twice = JSON.stringify({ content: 'a', choices: [{ index: 0, delta: { content: 'a' } }] })
    template.learn(twice, { choice: 0, delta: 'a' })
    expect(template.read(twice)).toBeUndefined()
    template.learn(frame('of another member'), { choice: 0, delta: 'the text' })
    expect(template.read(frame('x'))).toBeUndefined()
  })

  test('forgets', () => {
    const template = learnt('x')
    template.forget()
    expect(template.read(frame('x'))).toBeUndefined()
  })
})
