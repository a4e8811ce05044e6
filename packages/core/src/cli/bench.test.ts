import { createServer } from 'node:http'
import { Command } from 'commander'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { startOpenAIServer } from '../testing/openai-server.ts'
import type { TestServer, TestServerOptions } from '../testing/test-server.ts'
import { registerBench } from './bench.ts'
import { runBench } from './bench-run.ts'
import { Failure } from './failure.ts'

const flags = { model: 'gpt-4o', requests: 6, concurrency: 3 }
let server: TestServer | undefined

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  server = await startOpenAIServer({ reply: () => 'One two three four.', ...options })
  return server
}

afterEach(async () => {
  await server?.close()
})

describe('runBench', () => {
  test('asks as often as it is told, for streams of the model', async () => {
    const { url, requests } = await start()
    await runBench(url, { ...flags, apiKey: 'key' })
    expect(requests).toHaveLength(6)
    for (const request of requests) {
      expect(request.url).toBe('/v1/chat/completions')
      expect(request.body).toMatchObject({ model: 'gpt-4o', stream: true })
      expect(request.headers.authorization).toBe('Bearer key')
    }
  })

  test('counts the chunks with text, and measures from request to first text to last byte', async () => {
    const { url } = await start({ chunkDelay: 20 })
    const [, ...lines] = await runBench(url, { ...flags, requests: 2 })
    const row = (name: string) => lines.find((line) => line.trim().startsWith(name)) ?? ''
    const p50 = (name: string) => Number(/p50 ([\d.]+) ms/.exec(row(name))?.[1])
    expect(row('chunks')).toMatch(/ 8$/)
    expect(p50('gap between chunks')).toBeGreaterThan(10)
    expect(p50('first token')).toBeLessThan(p50('latency') - 50)
    expect(Number(/[\d.]+$/.exec(row('requests/s'))?.[0])).toBeGreaterThan(1)
  })

  test.each([
    ['/v1', '/v1/chat/completions'],
    ['/v1/', '/v1/chat/completions'],
    ['/argoapi/v1/chat/completions', '/argoapi/v1/chat/completions'],
    ['/argoapi/', '/argoapi/v1/chat/completions'],
  ])('finds the endpoint below %s', async (base, path) => {
    const { url, requests } = await start()
    await runBench(url + base, { ...flags, requests: 1 })
    expect(requests[0]?.url).toBe(path)
  })

  test('keeps its connections', async () => {
    let connections = 0
    let asked = 0
    const counting = createServer((_request, response) => {
      asked += 1
      response.end('data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\ndata: [DONE]\n\n')
    }).on('connection', () => {
      connections += 1
    })
    onTestFinished(() => void counting.close())
    await new Promise<void>((resolve) => counting.listen(0, '127.0.0.1', resolve))
    const address = counting.address()
    await runBench(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, { ...flags, requests: 12 })
    expect(asked).toBe(12)
    expect(connections).toBeLessThanOrEqual(3)
  })

  test('fails with the status and the words of a refusal', async () => {
    const { url } = await start({
      answer: () => ({ status: 401, chunks: ['{"error": {"message": "no such\n key"}}'] }),
    })
    const failure = runBench(url, flags)
    await expect(failure).rejects.toThrow(Failure)
    await expect(failure).rejects.toThrow('status 401: {"error": {"message": "no such key"}}')
  })

  test.each([
    ['complete', 'the stream ended without [DONE]'],
    ['cut', 'aborted'],
  ] as const)('fails for an answer that is %s in its midst', async (ending, reason) => {
    const chunks = ['data: {"choices":[{"delta":{"content":"On"}}]}\n\n']
    const { url } = await start({ answer: () => ({ chunks, ending }) })
    await expect(runBench(url, flags)).rejects.toThrow(reason)
  })

  test('refuses what is no URL', async () => {
    await expect(runBench('localhost:1', flags)).rejects.toThrow('"localhost:1" is no URL')
  })
})

describe('registerBench', () => {
  test.each(['0', '-1', '1.5', 'many'])('refuses --requests %s', async (value) => {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => {} })
    registerBench(program)
    for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => {} })
    const parsed = program.parseAsync(['bench', 'http://127.0.0.1:1', '--requests', value], { from: 'user' })
    await expect(parsed).rejects.toThrow('write a whole number from 1 on')
  })
})
