/** A coding agent that runs without a user. */
export interface Agent {
  name: string
  /** npm package and its version, as it was last seen to work. */
  package: string
  /** The program that the package installs. */
  program: string
  /** Its own configuration: the file of docs/clients.md that is put into its home. */
  documentedFile: string
  /** More files in its home: nothing is reported, nothing is updated. */
  files?: Readonly<Record<string, string>>
  environment?: Readonly<Record<string, string>>
  /** Changes the documented file: another model, another provider. */
  adapt?(configuration: string): string
  /** What follows the program's name. `home` is its own home folder. */
  arguments(prompt: string, home: string): string[]
}
