import { describe, expect, test } from 'vitest'
import { parseEmbeddings } from './embeddings.ts'
import { faultOf } from './faults.test.fixture.ts'

describe('input', () => {
  test.each([
    ['a', ['a']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[1, 2], [[1, 2]]],
    [
      [[1], [2, 3]],
      [[1], [2, 3]],
    ],
  ])('%j', (input, expected) => {
    expect(parseEmbeddings({ model: 'm', input })).toEqual({
      model: 'm',
      input: expected,
      encodingFormat: 'float',
      extra: {},
    })
  })
})

test('fields', () => {
  const body = { model: 'm', input: 'a', encoding_format: 'base64', dimensions: 256, user: 'me', input_type: 'query' }
  expect(parseEmbeddings(body)).toEqual({
    model: 'm',
    input: ['a'],
    encodingFormat: 'base64',
    dimensions: 256,
    user: 'me',
    extra: { input_type: 'query' },
  })
  expect(parseEmbeddings({ model: 'm', input: 'a', encoding_format: null, dimensions: null })).toMatchObject({
    encodingFormat: 'float',
    dimensions: undefined,
  })
})

test.each([
  [{ input: 'a' }, 'model', 'missing_required_parameter'],
  [{ model: 'm' }, 'input', 'missing_required_parameter'],
  [{ model: 'm', input: '' }, 'input', 'invalid_value'],
  [{ model: 'm', input: ['a', ''] }, 'input[1]', 'invalid_value'],
  [{ model: 'm', input: [] }, 'input', 'invalid_value'],
  [{ model: 'm', input: Array.from({ length: 2049 }, () => 'a') }, 'input', 'invalid_value'],
  [{ model: 'm', input: ['a', [1]] }, 'input[1]', 'invalid_type'],
  [{ model: 'm', input: { a: 1 } }, 'input', 'invalid_type'],
  [{ model: 'm', input: 'a', encoding_format: 'int8' }, 'encoding_format', 'invalid_value'],
  [{ model: 'm', input: 'a', dimensions: 0 }, 'dimensions', 'invalid_value'],
])('refused: %j', async (body, param, code) => {
  expect(await faultOf(() => parseEmbeddings(body))).toMatchObject({ status: 400, param, code })
})

test('a token array may be longer than a batch', () => {
  const tokens = Array.from({ length: 5000 }, (_token, index) => index)
  expect(parseEmbeddings({ model: 'm', input: tokens }).input).toEqual([tokens])
})
