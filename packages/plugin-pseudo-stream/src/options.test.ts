import { optionFaults } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import pseudoStream from './index.ts'
import { pseudoStreamOptions } from './options.ts'

function cut(chunk: unknown, text: string): number[] {
  return [...pseudoStreamOptions.parse({ chunk }).chunk(text)]
}

describe('options', () => {
  test('have defaults', () => {
    const { chunk, ...others } = pseudoStreamOptions.parse(undefined)
    expect(others).toEqual({ delay: 5, max_duration: 2_000 })
    expect([...chunk('two words')]).toEqual([4, 9])
  })

  test.each<[unknown, number[]]>([
    ['word', [3, 6, 8, 10]],
    ['line', [6, 10]],
    ['sentence', [6, 10]],
    ['character', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [{ pattern: '[ac]' }, [1, 7, 10]],
    ['/[ac]/', [1, 7, 10]],
    ['/[AC]/i', [1, 7, 10]],
    ['/[AC]/gi', [1, 7, 10]],
    ['/[[ac]--c]/v', [1, 10]],
    ['/.{4}/s', [4, 8, 10]],
    ['/./s', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ])('chunk %j', (chunk, ends) => {
    expect(cut(chunk, 'a: x.\nc d ')).toEqual(ends)
  })

  test('a pattern takes whole code points', () => {
    expect(cut('/../', '😀😀😀😀')).toEqual([4, 8])
    expect(cut({ pattern: '..' }, '😀😀😀😀')).toEqual([4, 8])
  })

  const allowed = 'write word, line, character or sentence, a regular expression as /pattern/, or { pattern: ... }'
  test.each<[unknown, string[]]>([
    [{ chunk: 'words' }, [`chunk: "words" is none of them: ${allowed}`]],
    [{ chunk: 12 }, [`chunk: ${allowed}`]],
    [{ chunk: { pattern: '' } }, ['chunk.pattern: Too small']],
    [{ chunk: '//' }, [`chunk: "//" is none of them: ${allowed}`]],
    [{ chunk: '/(/' }, ['chunk: Invalid regular expression: /(/gu: Unterminated group']],
    [{ chunk: { pattern: '[' } }, ['chunk: Invalid regular expression: /[/gu: Unterminated character class']],
    [{ chunk: '/a/q' }, ['chunk: Invalid flags supplied to RegExp constructor']],
    [{ chunk: '/a/y' }, ['chunk: the flags d and y mean nothing here: /a/y']],
    [
      { delay: -1, max_duration: 'long' },
      [expect.stringMatching(/^delay: .*0/), expect.stringMatching(/^max_duration: .*number/)],
    ],
    [{ delay: 100_000 }, [expect.stringMatching(/^delay: .*60000/)]],
    [{ dealy: 1 }, [expect.stringMatching(/"dealy"/)]],
  ])('faults of %j', async (options, faults) => {
    expect(await optionFaults(pseudoStream, options)).toEqual(
      faults.map((fault) => (typeof fault === 'string' ? expect.stringContaining(fault) : fault)),
    )
  })
})
