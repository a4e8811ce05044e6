import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ChatRequest } from 'argo-proxy'
import { runPlugin } from 'argo-proxy/testing'
import { describe, expect, test } from 'vitest'
import tools from './index.ts'

const root = resolve(import.meta.dirname, '../../..')
const cases = resolve(root, '../shared/fixtures/toolcall-dev.jsonl')
const leaks = resolve(root, '../shared/fixtures/argo-captured-leaks.jsonl')
const because = (file: string) => (existsSync(file) ? '' : ` (skipped: there is no ${file})`)

test.skipIf(!existsSync(cases)).each([[[]], [['--live']]])(
  `recorded cases are read as they should be, in every feeding${because(cases)}: %j`,
  (flags) => {
    const report = spawnSync(process.execPath, ['scripts/toolcall-report.ts', '--check', ...flags], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(report.stdout).toContain('all three')
    expect(report.status, report.stdout + report.stderr).toBe(0)
  },
)

describe.skipIf(!existsSync(leaks))(`captured leaks${because(leaks)}`, () => {
  interface Leak {
    full_text_content: string
    leaked_tool_string: string
    tools: string[]
  }
  const rows = existsSync(leaks)
    ? readFileSync(leaks, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Leak => JSON.parse(line))
    : []

  test.each(rows)(
    'become calls: $leaked_tool_string',
    async ({ full_text_content: text, leaked_tool_string: leak, tools: names }) => {
      const request: Partial<ChatRequest> = { tools: names.map((name) => ({ name })) }
      const { events, text: content } = await runPlugin(tools, { request, answer: text })
      expect(content).toBe(text.replace(leak, ''))
      expect(events.filter((event) => event.type === 'tool-call-start')).toMatchObject([
        { id: /'id': '(\w+)'/.exec(leak)?.[1] },
      ])
      expect(events.find((event) => event.type === 'choice-end')).toMatchObject({ reason: 'tool-calls' })
    },
  )

  test('are there', () => expect(rows.length).toBeGreaterThan(0))
})
