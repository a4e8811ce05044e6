import { modeByNames } from '../config/default-mode.ts'
import type { LoadedConfig } from '../config/loaded-config.ts'
import type { PluginEntry } from '../config/schema.ts'
import { workerCount } from '../config/worker-count.ts'
import { redactText } from '../redact.ts'
import { table } from './output.ts'

/** What runs where, for the one who has started it. `url` is that of the proxy. */
export function banner(loaded: LoadedConfig, url: string, demo: boolean): string[] {
  const { config, file } = loaded
  const { kind, base_url: baseUrl } = config.upstream
  const mode = modeByNames(loaded)
  const rows = [
    ['upstream', demo ? 'the embedded demo gateway: its answers are canned' : `${kind} ${redactText(baseUrl)}`],
    ...(mode === undefined ? [] : [['mode', `${mode} stream`]]),
    ['plugins', config.plugins.flatMap((entry) => pluginName(entry) ?? []).join(', ') || 'none'],
    ['config', file ?? 'no file found: defaults'],
  ]
  if (workerCount(config) > 1) rows.push(['workers', `${workerCount(config)} processes`])
  if (!isLoopback(config.host)) rows.push(['note', 'other machines can reach it, and ask in your name'])
  if (demo) rows.push(['try', curl(url)])
  return table(rows).map((row) => `  ${row}`)
}

/** As the configuration names it; `undefined` for an entry that is skipped. */
export function pluginName(entry: PluginEntry): string | undefined {
  const plugin = Array.isArray(entry) ? entry[0] : entry
  if (!plugin) return undefined
  return typeof plugin === 'string' ? plugin : plugin.name
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

function curl(url: string): string {
  const reachable = url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
  const body = '{"model": "argo:gpt-4o", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'
  return `curl -N ${reachable}/v1/chat/completions -H 'content-type: application/json' -d '${body}'`
}
