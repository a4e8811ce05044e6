import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StreamEvent } from 'argo-proxy'
import { byByte, runPlugin } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import houseRules from '../docs/examples/house-rules.ts'
import lineMode from '../docs/examples/line-mode.ts'
import redact from '../docs/examples/redact.ts'
import summary from '../docs/examples/summary.ts'
import traffic from '../docs/examples/traffic.ts'
// The page's own test of its example.
import '../docs/examples/redact.test.ts'

const docs = join(import.meta.dirname, '..', 'docs')
const page = readFileSync(join(docs, 'plugins.md'), 'utf8')
const blocks = Array.from(page.matchAll(/^```\w+ file=(\S+)\n(.*?)^```$/gms), ([, file = '', text = '']) => ({
  file,
  text,
}))

describe('docs/plugins.md', () => {
  test('shows every example', () => {
    expect(blocks.map(({ file }) => file).sort()).toEqual(
      readdirSync(join(docs, 'examples')).map((file) => `examples/${file}`),
    )
  })

  test.each(blocks)('shows $file as it is', ({ file, text }) => {
    expect(text).toBe(readFileSync(join(docs, file), 'utf8'))
  })
})

function deltasOf(events: readonly StreamEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'text-delta' ? [event.delta] : []))
}

describe('the examples', () => {
  test('redact lets each chunk go that holds no beginning of a word', async () => {
    const answer = ['His ', 's', 'led', ' was', ' so', ' so.']
    const { events } = await runPlugin(redact, { options: { words: ['sled'] }, answer })
    expect(deltasOf(events)).toEqual(['His ', '████', ' wa', 's so', ' so.'])
  })

  test('house-rules votes, rewrites and refuses', async () => {
    const { vote, request } = await runPlugin(houseRules, { request: { model: 'gpto3' } })
    expect(vote).toMatchObject({ mode: 'pseudo' })
    expect(request.messages.map(({ role }) => role)).toEqual(['system', 'user'])
    expect((await runPlugin(houseRules, { request: { model: 'gpt4o' } })).vote).toBeUndefined()
    await expect(runPlugin(houseRules, { request: { n: 5 } })).rejects.toMatchObject({ status: 400, param: 'n' })
  })

  test('line-mode releases whole lines', async () => {
    const { events, exchange } = await runPlugin(lineMode, { answer: ['one', '\ntw', 'o\nth', 'ree'] })
    expect(exchange.mode).toBe('lines')
    expect(deltasOf(events)).toEqual(['one\n', 'two\n', 'three'])
  })

  test('summary asks for one, where the answer is long', async () => {
    const long = 'words '.repeat(100)
    const asked = await runPlugin(summary, { answer: long, ask: () => 'words.' })
    expect(asked.text).toBe(`${long}\n\nIn short: words.`)
    expect(asked.exchange.asked).toHaveLength(1)
    expect((await runPlugin(summary, { answer: 'short', ask: () => 'words.' })).text).toBe('short')
    const refused = await runPlugin(summary, { answer: long })
    expect(refused.text).toBe(long)
    expect(refused.exchange.logged).toMatchObject([{ level: 'warn', message: 'no summary' }])
  })

  test('traffic counts bytes and changes none', async () => {
    const { bytes, exchange } = await runPlugin(traffic, { bytes: { 'client-bytes': byByte('data: é\n\n') } })
    expect(String(bytes['client-bytes'])).toBe('data: é\n\n')
    expect(exchange.logged).toEqual([{ level: 'info', message: 'bytes sent to clients', detail: { total: 10 } }])
  })
})
