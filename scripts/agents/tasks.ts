import { greeting, prompts, secret } from './scripted-model.ts'

/** Something that an agent is asked to do. */
export interface Task {
  name: string
  prompt: string
  /** What its output has to say, at last. */
  expected: RegExp
  /** Milliseconds in which it has to say it. */
  limit: number
  /** It also ends by itself within that time, with exit code 0. */
  succeeds: boolean
}

const chat: Task = {
  name: 'chat',
  prompt: prompts.chat,
  expected: new RegExp(greeting),
  limit: 30_000,
  succeeds: true,
}

/** The quotation is the model's; what the tool brought may be shown before it. */
const read: Task = {
  name: 'read',
  prompt: prompts.read,
  expected: new RegExp(`says: "${secret}"`),
  limit: 30_000,
  succeeds: true,
}

/** The upstream breaks off in the midst of a stream. */
const fault: Task = {
  name: 'fault',
  prompt: prompts.fault,
  expected: /upstream closed the connection/i,
  limit: 10_000,
  succeeds: false,
}

/** A proxy before an upstream, and what is tried there. */
export interface Setup {
  kind: 'argo' | 'openai'
  /** `live`: real stream for requests with tools, too, so that an agent sees an answer break in its midst. */
  mode: 'real' | 'pseudo' | 'live'
  tasks: readonly Task[]
}

export const setups: readonly Setup[] = (['argo', 'openai'] as const).flatMap((kind) => [
  { kind, mode: 'real', tasks: [chat, read] },
  { kind, mode: 'pseudo', tasks: [chat, read] },
  { kind, mode: 'live', tasks: [chat, read, fault] },
])
