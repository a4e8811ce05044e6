import { describe, expect, test } from 'vitest'
import { textOfFile } from './file-text.ts'

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')
const file = (file_data: unknown, filename?: string) => ({ type: 'file', file: { file_data, filename } })

describe('a file for ARGO', () => {
  test.each([
    ['a data: URL', `data:text/csv;base64,${base64('a,b\n1,é')}`],
    ['a data: URL with a charset', `data:text/plain;charset=utf-8;base64,${base64('a,b\n1,é')}`],
    ['bare base64', base64('a,b\n1,é')],
  ])('that is text goes as text, from %s', (_form, data) => {
    expect(textOfFile(file(data, 'table.csv'))).toBe('[File table.csv]\na,b\n1,é')
    expect(textOfFile(file(data))).toBe('a,b\n1,é')
  })

  test.each([
    ['a PDF', file(base64('%PDF-1.7\n\u0000\u0001'))],
    ['no UTF-8', file(base64(Buffer.from([0x66, 0xff, 0xfe])))],
    ['nothing', file('')],
    ['no data', { type: 'file', file: { file_id: 'file-1' } }],
    ['something else', { type: 'input_audio', input_audio: { data: base64('x') } }],
  ])('is refused where it is %s', (_what, value) => {
    expect(textOfFile(value)).toBeUndefined()
  })
})
