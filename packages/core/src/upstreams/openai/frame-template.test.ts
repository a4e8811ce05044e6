import { describe, expect, test } from 'vitest'
import { type FrameTemplate, frameTemplate } from './frame-template.ts'

const frame = (content: string, more: object = {}) =>
  JSON.stringify({ id: 'x', choices: [{ index: 0, delta: { content, ...more }, finish_reason: null }] })

/** As the template reads it: a character for each byte. */
const wire = (data: string) => Buffer.from(`data: ${data}\n\n`).toString('latin1')

/** The texts that a template reads, and how much of what it was given that is. */
function read(template: FrameTemplate, text: string, from = 0): { deltas: string[]; end: number } {
  const deltas: string[] = []
  const end = template.read(text, from, (event) => {
    expect(event).toMatchObject({ type: 'text-delta', choice: 0 })
    if (event.type === 'text-delta') deltas.push(event.delta)
  })
  return { deltas, end }
}

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
        const text = wire(frame(content))
        expect(read(learnt(first), text)).toEqual({ deltas: content === '' ? [] : [content], end: text.length })
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
    const text = wire(frame('before')) + wire(data) + wire(frame('behind'))
    const end = wire(frame('before')).length
    expect(read(learnt('first'), text)).toEqual({ deltas: ['before'], end })
    expect(read(learnt('first'), text, end)).toEqual({ deltas: [], end })
  })

  test('reads all that stand together, as far as they are whole', () => {
    const text = ['one', '', '"two"', 'three'].map((content) => wire(frame(content))).join('')
    const whole = { deltas: ['one', '"two"', 'three'], end: text.length }
    expect(read(learnt('x'), text)).toEqual(whole)
    expect(read(learnt('x'), `: heartbeat\n\n${text}`, 13)).toEqual({ ...whole, end: whole.end + 13 })
    const last = wire(frame('three')).length
    for (let missing = 1; missing < last; missing += 1) {
      expect(read(learnt('x'), text.slice(0, -missing))).toEqual({ deltas: ['one', '"two"'], end: text.length - last })
    }
  })

  test('learns nothing from a frame whose text it is not sure of', () => {
    const template = frameTemplate()
    const twice = JSON.stringify({ content: 'a', choices: [{ index: 0, delta: { content: 'a' } }] })
    template.learn(twice, { choice: 0, delta: 'a' })
    expect(read(template, wire(twice)).end).toBe(0)
    template.learn(frame('of another member'), { choice: 0, delta: 'the text' })
    expect(read(template, wire(frame('x'))).end).toBe(0)
  })

  test('forgets', () => {
    const template = learnt('x')
    template.forget()
    expect(read(template, wire(frame('x'))).end).toBe(0)
  })
})
