import { expect, test } from 'vitest'
import { mend } from './mend.ts'

test('never looks at what is in a string', () => {
  for (const inside of [
    '[',
    '{',
    ':',
    ',',
    '}, {',
    '// x',
    '...',
    ' + ',
    '```',
    'ISODate(1)',
    'undefined',
    '\\\\',
    '“q”',
  ]) {
    expect(JSON.parse(mend(`{'a': ['${inside}'], "b": '${inside}',}`) ?? '')).toEqual({
      a: [inside === '\\\\' ? '\\' : inside],
      b: inside === '\\\\' ? '\\' : inside,
    })
  }
})

test('leaves the white space between the values', () => {
  expect(mend('{ a :  1 ,\n  "b": [ 1,  2 ], }')).toBe('{ "a" :  1 ,\n  "b": [ 1,  2 ] }')
})

test('mends a value of a megabyte', () => {
  const text = 'line "with" quotes and \\ in it\n'.repeat(40_000)
  const written = `{content: '${text.replaceAll('\\', '\\\\')}'}`
  expect(JSON.parse(mend(written) ?? '')).toEqual({ content: text })
})
