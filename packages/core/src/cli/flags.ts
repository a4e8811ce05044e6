import type { Setting } from '../config/setting.ts'

/** The options that every command with a configuration takes, as commander gives them. */
export interface ConfigFlags {
  config?: string
  host?: string
  port?: string
  workers?: string
  realStream?: true
  pseudoStream?: true
  verbose?: true
  quiet?: true
}

/** What the command line sets. A port that is no number stays a text: validation says what is wrong with it. */
export function settingsOf({ host, port, workers, realStream, pseudoStream, verbose, quiet }: ConfigFlags): Setting[] {
  const settings: Setting[] = []
  const set = (key: string, value: unknown, flag: string): number =>
    settings.push({ path: [key], value, origin: { from: 'command line', flag } })
  if (host !== undefined) set('host', host, '--host')
  if (port !== undefined) set('port', /^\d+$/.test(port) ? Number(port) : port, '--port')
  if (workers !== undefined) set('workers', /^\d+$/.test(workers) ? Number(workers) : workers, '--workers')
  if (realStream) set('real_stream', true, '--real-stream')
  if (pseudoStream) set('real_stream', false, '--pseudo-stream')
  if (verbose) set('verbose', true, '--verbose')
  if (quiet) set('quiet', true, '--quiet')
  return settings
}
