import { existsSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import type { Tool } from 'argo-proxy'
import { dialectNamed, dialectNames } from '../packages/plugin-tools/src/dialects/index.ts'
import { defaultDialects } from '../packages/plugin-tools/src/options.ts'
import type { Dialect } from '../packages/plugin-tools/src/parser/dialect.ts'
import { createToolCallParser } from '../packages/plugin-tools/src/parser/tool-call-parser.ts'

// Runs recorded tool-call cases through the parser of @argo-proxy/plugin-tools and prints how many are right, by format,
// class and feeding (the whole text at once, in the recorded chunks, in single characters).
// Usage: node scripts/toolcall-report.ts [file] [--failures] [--live] [--check]
//   --failures  names each case that is wrong, with what was made of it
//   --live      hands calls out while they are read
//   --check     exits with 1 unless all of core and negative and 95 % of format are right in all feedings

interface Case {
  id: string
  format: string
  class: string
  tools: { function: Tool }[] | null
  chunks: string[]
  expect: Expectation
}

interface Expectation {
  content: string | null
  content_rule: 'exact' | 'none'
  calls: { name: string; arguments?: unknown; id?: string }[] | null
  n_calls?: number | null
  names?: Record<string, string>
  /** [call, path, value] */
  paths?: [number, (string | number)[], unknown][]
}

interface Result {
  content: string
  calls: { name: string; arguments: string; id: string | undefined }[]
}

/** The dialects that read a format of the cases. A format that is not here is read with every dialect that is on by default. */
const dialectsOf: Readonly<Record<string, readonly string[]>> = {
  'hermes-json': ['hermes'],
  'anthropic-pydict-leak': ['anthropic-leak'],
  'anthropic-xml': ['anthropic'],
  'bare-json': ['bare-json'],
  cogito: ['cogito'],
  'cohere-action': ['cohere'],
  'deepseek-dsml': ['deepseek-dsml'],
  'deepseek-fence': ['deepseek'],
  'deepseek-v3': ['deepseek'],
  'deepseek-v31': ['deepseek'],
  'fenced-json': ['fenced-json'],
  functiongemma: ['functiongemma'],
  gemma4: ['gemma'],
  gigachat3: ['gigachat'],
  'glm4-xml': ['glm'],
  'glm47-xml': ['glm'],
  'json-array': ['bare-json'],
  'k-exaone': ['qwen3-coder'],
  'kimi-k2': ['kimi'],
  'lfm2-pythonic': ['lfm2'],
  'llama3-json': ['llama3', 'bare-json'],
  'minimax-m2': ['minimax'],
  mistral: ['mistral'],
  'olmo3-pythonic': ['olmo3'],
  pythonic: ['pythonic'],
  'qwen3coder-xml': ['qwen3-coder'],
  step3: ['step3'],
  xlam: ['bare-json', 'fenced-json'],
  'xml-tag-per-tool': ['xml-tag-per-tool'],
  'yaml-in-xml': ['yaml-in-xml'],
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { failures: { type: 'boolean' }, live: { type: 'boolean' }, check: { type: 'boolean' } },
})
const file = positionals[0] ?? `${import.meta.dirname}/../../shared/fixtures/toolcall-dev.jsonl`
const out = (line: string) => process.stdout.write(`${line}\n`)
if (!existsSync(file)) {
  out(`There are no cases at ${file}: nothing was measured.`)
  process.exit(values.check ? 1 : 0)
}

const feedings = ['whole', 'chunks', 'characters', 'all three'] as const
/** Rows and, by feeding, right ones. */
type Tally = { rows: number; right: number[] }
const byGroup = new Map<string, Tally>()
const byClass = new Map<string, Tally>()

const cases = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line): Case => JSON.parse(line))

for (const row of cases) {
  const dialects = await load(dialectsOf[row.format] ?? defaultDialects)
  const text = row.chunks.join('')
  const results = [[text], row.chunks, text.split('')].map((pieces) => read(row, pieces, dialects))
  const faults = results.map((result) => faultOf(result, row.expect))
  const first = results[0]
  if (!results.every((result) => isDeepStrictEqual(result, first))) faults.push('the feedings differ')
  const right = faults.map((fault) => fault === undefined)
  const score = [right[0], right[1], right[2], right.every(Boolean)].map(Number)
  count(byGroup, `${row.format}\t${row.class}`, score)
  count(byClass, `all\t${row.class}`, score)
  if (values.failures && right.includes(false)) {
    out(`${row.id} (${row.format}, ${row.class}): ${[...new Set(faults.filter(Boolean))].join(', ')}`)
    out(`  text     ${JSON.stringify(text)}`)
    out(`  read     ${JSON.stringify(first)}`)
    out(`  expected ${JSON.stringify(row.expect)}`)
  }
}

out(['format'.padEnd(24), 'class'.padEnd(10), 'rows', ...feedings.map((name) => name.padStart(12))].join(' '))
for (const [key, tally] of [...byGroup].sort(([left], [right]) => (left < right ? -1 : 1))) line(key, tally)
out('')
for (const [key, tally] of byClass) line(key, tally)
if (values.check) process.exitCode = isGoodEnough() ? 0 : 1

function line(key: string, { rows, right }: Tally): void {
  const [format = '', kind = ''] = key.split('\t')
  const cells = right.map((number) => `${number} ${((100 * number) / rows).toFixed(1).padStart(5)}%`.padStart(12))
  out([format.padEnd(24), kind.padEnd(10), String(rows).padStart(4), ...cells].join(' '))
}

function isGoodEnough(): boolean {
  const share = (kind: string) => {
    const tally = byClass.get(`all\t${kind}`)
    return tally ? (tally.right[3] ?? 0) / tally.rows : 1
  }
  return share('core') === 1 && share('negative') === 1 && share('format') >= 0.95
}

function count(tallies: Map<string, Tally>, key: string, score: readonly number[]): void {
  const tally = tallies.get(key) ?? { rows: 0, right: feedings.map(() => 0) }
  tallies.set(key, { rows: tally.rows + 1, right: tally.right.map((number, index) => number + (score[index] ?? 0)) })
}

async function load(names: readonly string[]): Promise<Dialect[]> {
  return await Promise.all(
    names.map(async (name) => {
      const dialect = await dialectNamed(name)
      if (!dialect) throw new Error(`There is no dialect "${name}": ${dialectNames().join(', ')}`)
      return dialect
    }),
  )
}

/** Cases without tools are read with every name allowed. */
function read({ tools }: Case, pieces: readonly string[], dialects: readonly Dialect[]): Result {
  const result: Result = { content: '', calls: [] }
  const offered = tools?.length ? new Map(tools.map((tool) => [tool.function.name, tool.function])) : undefined
  const parser = createToolCallParser({ dialects, tools: offered, live: values.live })
  const emit: Parameters<typeof parser.write>[1] = (event) => {
    if (event.type === 'text') result.content += event.text
    else if (event.type === 'call-start') result.calls.push({ name: event.name, arguments: '', id: event.id })
    else if (event.type === 'call-delta') {
      const call = result.calls.at(-1)
      if (call) call.arguments += event.delta
    }
  }
  for (const piece of pieces) parser.write(piece, emit)
  parser.end(emit)
  return result
}

/** What is wrong with a result; `undefined` where it is as expected. */
function faultOf({ content, calls }: Result, expect: Expectation): string | undefined {
  if (expect.content_rule === 'exact' && content !== expect.content) return 'content'
  const wanted = expect.calls ? expect.calls.length : (expect.n_calls ?? calls.length)
  if (wanted !== calls.length) return 'number of calls'
  for (const [index, call] of calls.entries()) {
    const expected = expect.calls?.[index]
    if (expected && expected.name !== call.name) return 'name'
    if (expected?.id !== undefined && expected.id !== call.id) return 'id'
    if (expected && !sameArguments(call.arguments, expected.arguments)) return 'arguments'
    const name = expect.names?.[index]
    if (name !== undefined && name !== call.name) return 'name'
  }
  for (const [index, path, value] of expect.paths ?? []) {
    if (!isDeepStrictEqual(valueAt(parsed(calls[index]?.arguments ?? 'null'), path), value)) return 'arguments'
  }
  return undefined
}

/** A call that the recording broke off has the beginning of its arguments, as `__raw__`. */
function sameArguments(text: string, expected: unknown): boolean {
  if (expected === undefined) return true
  if (isObject(expected) && typeof expected.__raw__ === 'string') return text.startsWith(expected.__raw__)
  return isDeepStrictEqual(parsed(text), expected)
}

/** Live, what was handed out of a call that broke later is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((current, key) => (isObject(current) ? current[key] : undefined), value)
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null
}
