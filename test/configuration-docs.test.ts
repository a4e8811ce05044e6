import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { keys } from '../packages/core/dist/config/keys.js'
import { loadConfig } from '../packages/core/dist/config/load.js'
import { configSchema } from '../packages/core/dist/config/schema.js'

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'configuration.md'), 'utf8')
const documented = new Map(
  [...page.matchAll(/^\| `([\w.]+)` +\| (?:`(.*?)`)? *\|/gm)].map(({ 1: key = '', 2: value }) => [key, value]),
)

const section = z.object({ properties: z.record(z.string(), z.unknown()) })

/** Every key of the schema as a dotted path. */
function keysOf(schema: unknown, path = ''): string[] {
  const object = section.safeParse(schema)
  if (!object.success) return [path]
  return Object.entries(object.data.properties).flatMap(([key, value]) => keysOf(value, path ? `${path}.${key}` : key))
}

function valueAt(path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null
      ? Object.entries(value).find(([name]) => name === key)?.[1]
      : value
  }, configSchema.parse({}))
}

test('every key of the schema is documented, with its default', () => {
  const keys = keysOf(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }))
  expect([...documented.keys()].toSorted()).toEqual(keys.toSorted())
  for (const [key, value] of documented) {
    const inForce = valueAt(key)
    expect([key, value]).toEqual([
      key,
      inForce === undefined ? undefined : typeof inForce === 'string' ? inForce : JSON.stringify(inForce),
    ])
  }
})

test('of each time it is said what 0 is', () => {
  const times = keys.filter(({ expected, path }) => expected.includes('milliseconds') && path[0] !== 'timeouts')
  expect(times.length).toBeGreaterThan(6)
  for (const { name } of times) {
    expect(page.split('\n').find((line) => line.startsWith(`| \`${name}\``))).toMatch(/\b0 is |\b1 or more/)
  }
})

const examples = [...page.matchAll(/^```\w+ file=(\S+)\n([\s\S]*?)^```$/gm)].map(({ 1: file = '', 2: code = '' }) => ({
  file,
  code,
}))

test.each(examples)('the example $file is a configuration', async ({ file, code }) => {
  // Below this folder, so that the example finds what it imports.
  const folder = mkdtempSync(join(import.meta.dirname, '.scratch-'))
  try {
    writeFileSync(join(folder, file), code)
    const { config } = await loadConfig({ cwd: folder, environment: {} })
    expect(config.user).toBe('your_account_name')
    expect(config.plugins).toHaveLength(3)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
