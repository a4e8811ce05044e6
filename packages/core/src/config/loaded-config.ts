import type { ConfigFault, Location } from './fault.ts'
import type { Config } from './schema.ts'

/** Where an effective value came from, for `config show`. */
export type Origin =
  | { from: 'default' }
  | { from: 'file'; location?: Location }
  | { from: 'environment'; variable: string }
  | { from: 'command line'; flag: string }

/** A validated configuration and what is known of its sources. */
export interface LoadedConfig {
  config: Config
  /** Absolute path of the file; absent where none was found. */
  file?: string
  /** Relative plugin paths start here: the file's directory, or the working directory. */
  directory: string
  /**
   * Where the value at this path stands in the file (`at: 'key'`: where its key stands), or the nearest thing around it
   * that is there. `undefined` where the file has nothing of it, or where the command line or the environment has
   * overruled the file.
   */
  locate(path: readonly (string | number)[], at?: 'key' | 'value'): Location | undefined
  /** Keyed by dotted path; `undefined` means default. */
  origins: ReadonlyMap<string, Origin>
  /** What is odd but does no harm: keys that are ignored, variables that nobody reads. */
  warnings?: readonly ConfigFault[]
}
