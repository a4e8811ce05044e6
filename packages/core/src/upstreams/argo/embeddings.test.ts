import { describe, expect, test } from 'vitest'
import { parseJson } from '../json.ts'
import { upstream } from './asked.test.support.ts'

describe('embeddings on ARGO', () => {
  const embedding = { model: 'text-embedding-3-small', input: ['a', 'b'], encodingFormat: 'float', extra: {} } as const
  const vectors = [
    [0.5, -0.25],
    [1, 2],
  ]
  const context = { user: 'ada' }

  test('send a list of texts and number what comes back', () => {
    const call = upstream().embeddings(embedding, context)
    expect(parseJson(String(call.body ?? ''))).toEqual({ user: 'ada', model: 'v3small', prompt: ['a', 'b'] })
    expect(call.read({ embedding: vectors })).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5, -0.25] },
        { object: 'embedding', index: 1, embedding: [1, 2] },
      ],
      model: 'text-embedding-3-small',
      usage: { prompt_tokens: 0, total_tokens: 0 },
    })
  })

  test('encode as 32-bit floats, little-endian', () => {
    const call = upstream().embeddings({ ...embedding, encodingFormat: 'base64' }, context)
    const [first] = call.read({ embedding: vectors }).data
    expect(first?.embedding).toBe(Buffer.from([0, 0, 0, 0x3f, 0, 0, 0x80, 0xbe]).toString('base64'))
  })

  test('take the vector of a single text alone', () => {
    const call = upstream().embeddings({ ...embedding, input: ['a'] }, context)
    expect(call.read({ embedding: [1, 2] }).data).toHaveLength(1)
  })

  test.each([
    [{ dimensions: 8 }, 'dimensions'],
    [{ input: ['a', [1, 2]] }, 'input[1]'],
  ])('refuse %j by name', (fields, param) => {
    expect(() => upstream().embeddings({ ...embedding, ...fields }, context)).toThrow(
      expect.objectContaining({ status: 400, param }),
    )
  })

  test.each([
    [{ embedding: [[1, 2]] }, 502],
    [{ embedding: [[1], ['x']] }, 502],
    [{ nothing: 1 }, 502],
    ['<html>', 502],
    [{ response: 'AUTHENTICATION NOTICE FROM ARGO' }, 401],
    [{ detail: 'too long' }, 502],
  ])('find %j no answer', (answer, status) => {
    expect(() => upstream().embeddings(embedding, context).read(answer)).toThrow(expect.objectContaining({ status }))
  })
})
