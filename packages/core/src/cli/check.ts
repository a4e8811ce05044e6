import { modeInForce } from '../config/default-mode.ts'
import { redactText } from '../redact.ts'
import { checkPlugins } from './check-plugins.ts'
import type { ConfigFlags } from './flags.ts'
import { loadForCommand } from './load.ts'
import { exit, table, write } from './output.ts'

/** `argo-proxy check`: everything that `start` does before it listens. */
export async function check(flags: ConfigFlags): Promise<void> {
  const { loaded, log } = await loadForCommand(flags)
  const plugins = await checkPlugins(loaded, log)
  const { kind, base_url: baseUrl } = loaded.config.upstream
  const offered = plugins.flatMap(({ modes }) => modes)
  const rows = [
    ['config', loaded.file ?? 'no file found: defaults'],
    ['upstream', `${kind} ${redactText(baseUrl)}`],
    ['mode', `${modeInForce(loaded, offered)} stream`],
    ...plugins.map(({ name, modes, stages }) => ['plugin', `${name}${contribution(modes, stages)}`]),
  ]
  for (const row of table(rows)) write(row)
  write('The configuration is valid.')
  exit(0)
}

function contribution(modes: readonly string[], stages: number): string {
  const parts = [
    ...modes.map((mode) => `mode ${mode}`),
    ...(stages > 0 ? [`${stages} stage${stages > 1 ? 's' : ''}`] : []),
  ]
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}
