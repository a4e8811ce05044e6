import { describe, expect, onTestFinished, test } from 'vitest'
import { chat } from './faults/support/raw-client.ts'
import { startRawUpstream } from './faults/support/raw-upstream.ts'
import { useSides } from './faults/support/side.ts'
import { useCommand } from './support/command.ts'

const start = useSides()

test('a key that the upstream repeats in its refusal reaches neither the client nor the log', async () => {
  const keys = { api_key: 'correcthorse1', headers: { 'x-tenant': 'batterystaple2' } }
  const side = await start('openai', { upstream: { ...keys, kind: 'openai' } }, (socket) => {
    const body = JSON.stringify({ error: { message: 'bad credential correcthorse1 of batterystaple2', code: 'no' } })
    socket.write(`HTTP/1.1 401 No\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  })
  const response = await side.ask('/v1/chat/completions', chat('x'))
  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ error: { message: 'bad credential *** of ***' } })
  expect(JSON.stringify(side.proxy.logged)).not.toMatch(/correcthorse1|batterystaple2/)
})

describe('the log after a reload', () => {
  const command = useCommand()

  test.each([1, 2])('has the level and hides the keys of the new configuration, with workers: %i', async (workers) => {
    const body = JSON.stringify({ error: { message: 'the key correcthorse1 is bad' } })
    const upstream = await startRawUpstream((_request, socket) =>
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      ),
    )
    onTestFinished(() => upstream.close())
    const write = (...more: string[]) =>
      command.write(
        '.argorc',
        [
          `workers: ${workers}`,
          'port: 0',
          'upstream:',
          '  kind: openai',
          `  base_url: ${upstream.url}/v1`,
          ...more,
          '',
        ].join('\n'),
      )
    write('  api_key: batterystaple2')
    const proxy = await command.start('')
    const ask = () =>
      fetch(`${proxy.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(chat('x')) }).then((response) =>
        response.text(),
      )
    await ask()
    await expect.poll(proxy.stderr).toContain('code=upstream_error')
    expect(proxy.stderr()).not.toMatch(/what was said|correcthorse1/)
    write('  api_key: correcthorse1', 'verbose: true')
    await expect.poll(proxy.stderr, { timeout: 10_000 }).toContain('configuration reloaded')
    for (let turn = 0; turn < 4; turn += 1) await ask()
    await expect.poll(() => proxy.stderr().split('what was said').length).toBe(5)
    expect(proxy.stderr()).toContain('the key *** is bad')
    expect(proxy.stderr()).not.toContain('correcthorse1')
  })
})
