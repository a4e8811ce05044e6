import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { useRig } from './paths.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/clients.md'), 'utf8')
const snippets = Array.from(page.matchAll(/^```js file=(\S+)\n(.*?)^```$/gms), ([, file = '', code = '']) => ({
  file,
  code,
}))

// Below `node_modules`, so that the snippets find the libraries as a user's project does.
const folder = join(import.meta.dirname, '../node_modules/.cache/documented-snippets')
const run = promisify(execFile)

describe('docs/clients.md', () => {
  const rig = useRig({ kind: 'argo', mode: 'real' })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('shows the libraries', () => {
    expect(snippets.map(({ file }) => file)).toEqual(['openai.mjs', 'ai-sdk.mjs', 'langchain.mjs'])
  })

  test.each(snippets)('$file runs', async ({ file, code }) => {
    mkdirSync(folder, { recursive: true })
    const path = join(folder, file)
    writeFileSync(path, code.replace('http://127.0.0.1:44497/v1', rig().baseURL))
    const { stdout } = await run(process.execPath, [path], { timeout: 15_000 })
    expect(stdout).toContain('You wrote: “Hello!”')
  })
})
