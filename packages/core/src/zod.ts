import { config, locales } from 'zod/mini'

/**
 * The one copy of zod that this program and its own plugins share, in its small form: to make the schemas of a start takes
 * half as long as with the whole of it. Small as it is, it has no words for an issue unless it is told them.
 */
config(locales.en())

/** By names, so that a bundle leaves out the rest of zod. */
export * as z from './zod-parts.ts'
