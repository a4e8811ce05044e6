/** A function: what it took itself, and with all that it called. */
export interface Line {
  name: string
  self: number
  total: number
}

/** Where the time of something goes, or its memory; the most expensive function first. */
export interface Profile {
  /** Of what. */
  title: string
  unit: '% of CPU' | '% of the time' | 'KB/stream'
  lines: Line[]
}
