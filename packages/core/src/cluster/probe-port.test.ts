import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { probePort } from './probe-port.ts'

test('a free port has a number, and is free again; a taken one rejects', async () => {
  const port = await probePort('127.0.0.1', 0)
  expect(port).toBeGreaterThan(0)
  const server = createServer()
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await expect(probePort('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
