import type { Step } from '../contract/event.ts'
import type { TransformStream } from '../contract/plugin.ts'
import { type Culprit, coreOwner } from '../plugins/blame.ts'

/** A step or a stream, built for one exchange. The pieces' order decides what flows in and out of each. */
export type Built = { step: Step<unknown, unknown> } | { stream: TransformStream }

/** One entry of the pipeline's array. Nothing is built until `build`. */
export interface Piece {
  name: string
  /** `argo-proxy`, or the name of the plugin that is blamed when it fails. */
  owner: string
  /** Where it stands, in the words of the plugin contract and of `explain`. */
  slot: 'upstream-bytes' | 'decode' | 'gather' | 'events' | 'pace' | 'encode' | 'client-bytes'
  build(): Built
  /** Throws where a value that the piece gave cannot flow on. The core's own pieces need none. */
  check?(value: unknown): void
}

/** Whom to blame where the piece fails. */
export function culprit({ owner, name, slot }: Piece): Culprit {
  return { owner, name, where: slot }
}

/** A piece of the core's own. */
export function corePiece(slot: Piece['slot'], name: string, step: () => Step<never, unknown>): Piece {
  return { name, owner: coreOwner, slot, build: () => ({ step: step() }) }
}
