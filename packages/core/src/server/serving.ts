import type { LoadedConfig } from '../config/loaded-config.ts'

/** A proxy that serves, in this process or in others. */
export interface Serving {
  /** As in `http://127.0.0.1:44497`. */
  url: string
  host: string
  port: number
  /**
   * Puts another configuration into service: new exchanges use it, open ones finish on theirs. Rejects with a ConfigError
   * for a plugin's fault, and nothing has changed then. Resolves to the keys that only a restart can change.
   */
  reload(loaded: LoadedConfig): Promise<string[]>
  /**
   * Stops accepting, lets open exchanges end within the grace time; what is left is told so in its own format, and cut.
   */
  close(graceMilliseconds: number): Promise<void>
}

export function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
