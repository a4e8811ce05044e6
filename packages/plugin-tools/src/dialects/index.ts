import type { Dialect } from '../parser/dialect.ts'
import { anthropicLeak } from './anthropic-leak.ts'
import { bareJson } from './bare-json.ts'
import { cohere } from './cohere.ts'
import { cogito, deepseek } from './deepseek.ts'
import { fencedJson } from './fenced-json.ts'
import { functionGemma, gemma } from './gemma.ts'
import { gigachat } from './gigachat.ts'
import { glm } from './glm.ts'
import { hermes } from './hermes.ts'
import { anthropic, deepseekDsml, minimax, step3 } from './invoke.ts'
import { kimi } from './kimi.ts'
import { llama3 } from './llama3.ts'
import { mistral } from './mistral.ts'
import { lfm2, olmo3, pythonic } from './pythonic.ts'
import { qwen3Coder } from './qwen3-coder.ts'
import { xmlTagPerTool } from './xml-tag-per-tool.ts'

const builtIn: readonly Dialect[] = [
  hermes,
  qwen3Coder,
  glm,
  anthropic,
  anthropicLeak,
  mistral,
  llama3,
  deepseek,
  deepseekDsml,
  cogito,
  kimi,
  minimax,
  step3,
  gemma,
  functionGemma,
  gigachat,
  cohere,
  lfm2,
  olmo3,
  fencedJson,
  pythonic,
  bareJson,
  xmlTagPerTool,
]

/** There is one registry in a process, although a third-party plugin may bring its own copy of this package. */
const registryKey = Symbol.for('argo-proxy.tools.dialects')
const registry = sharedRegistry()

/** Adds a dialect that the option `dialects` can name. For the `setup` of a plugin that is listed before this one. */
export function registerDialect(dialect: Dialect): void {
  registry.set(dialect.name, dialect)
}

/** The names that the option `dialects` can hold now. */
export function dialectNames(): string[] {
  return [...builtIn.map(({ name }) => name), 'yaml-in-xml', ...registry.keys()]
}

/** The dialect of this name, if there is one. The YAML parser is loaded with the dialect that needs it. */
export async function dialectNamed(name: string): Promise<Dialect | undefined> {
  if (name === 'yaml-in-xml') return (await import('./yaml-in-xml.ts')).yamlInXml
  return registry.get(name) ?? builtIn.find((dialect) => dialect.name === name)
}

function sharedRegistry(): Map<string, Dialect> {
  const known: unknown = Reflect.get(globalThis, registryKey)
  if (known instanceof Map) return known
  const made = new Map<string, Dialect>()
  Reflect.set(globalThis, registryKey, made)
  return made
}
