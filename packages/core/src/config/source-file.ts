import type { ConfigFault, Location } from './fault.ts'

export type Path = readonly (string | number)[]

/** A configuration file as it was read, before anything is validated. */
export interface SourceFile {
  value: unknown
  /** What is wrong with the text itself but leaves its values readable: a key that stands twice. */
  faults: readonly ConfigFault[]
  /**
   * Where the value at this path stands (`at: 'key'`: where its key stands), or the nearest thing around it that is
   * there. `undefined` where not even the first part of the path is there.
   */
  locate(path: Path, at?: 'key' | 'value'): Location | undefined
}
