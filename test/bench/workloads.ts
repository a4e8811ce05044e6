import type { AnswerName } from './answers.ts'
import type { PathName } from './paths.ts'

/** What is asked, how often, and of whom. */
export interface Workload {
  title: string
  answer: AnswerName
  stream: boolean
  /** How many requests are open at the same time. */
  concurrency: number
  /**
   * `milliseconds`: each connection asks again until the time is up. `waves`: each asks so many times. `held`: streams
   * that stay open, for their memory.
   */
  load: { milliseconds: number } | { waves: number } | 'held'
  /**
   * Milliseconds over which the connections' first requests are spread. Absent: all at the same instant, so that what a
   * hop does for one is waited for by all.
   */
  spread?: number
  prompt?: 'long'
  paths: readonly PathName[]
}

export type WorkloadName =
  | 'single'
  | 'small'
  | 'stream'
  | 'flood'
  | 'prompt'
  | 'held'
  | 'held-5000'
  | 'pseudo'
  | 'tools'

const references = ['direct', 'nginx', 'node-http', 'http-proxy-3', 'portkey'] as const
const complete = [...references, 'byte-lane', 'argo-complete'] as const
const streaming = [...references, 'byte-lane', 'argo-text', 'responses'] as const

export const workloads: Readonly<Record<WorkloadName, Workload>> = {
  single: {
    title: 'small, one at a time: 1 KB in, 1 KB out, no stream',
    answer: 'small',
    stream: false,
    concurrency: 1,
    load: { milliseconds: 600 },
    paths: complete,
  },
  small: {
    title: 'small: 1 KB in, 1 KB out, no stream, 64 at once',
    answer: 'small',
    stream: false,
    concurrency: 64,
    load: { milliseconds: 1_000 },
    paths: complete,
  },
  stream: {
    title: 'stream: 64 at once, 200 chunks of 20 characters, 5 ms apart',
    answer: 'stream',
    stream: true,
    concurrency: 64,
    load: { waves: 2 },
    spread: 500,
    paths: streaming,
  },
  flood: {
    title: 'flood: 16 at once, 5,000 chunks of 40 characters, no gap',
    answer: 'flood',
    stream: true,
    concurrency: 16,
    load: { waves: 1 },
    paths: streaming,
  },
  prompt: {
    title: 'prompt: 1 MB in, 1 KB out, 8 at once',
    answer: 'small',
    stream: false,
    concurrency: 8,
    load: { milliseconds: 800 },
    prompt: 'long',
    paths: complete,
  },
  held: {
    title: 'held: 1,000 slow streams open',
    answer: 'held',
    stream: true,
    concurrency: 1_000,
    load: 'held',
    paths: streaming,
  },
  'held-5000': {
    title: 'held: 5,000 slow streams open',
    answer: 'slow',
    stream: true,
    concurrency: 5_000,
    load: 'held',
    paths: streaming,
  },
  pseudo: {
    title: 'pseudo: an answer of 100 KB in words without delay, 16 at once',
    answer: 'pseudo',
    stream: true,
    concurrency: 16,
    load: { waves: 1 },
    paths: ['direct', 'http-proxy-3', 'argo-text', 'pseudo'],
  },
  tools: {
    title: 'tools: an answer of 20 KB with two calls, 16 at once',
    answer: 'tools',
    stream: true,
    concurrency: 16,
    load: { waves: 4 },
    // The text of the calls as a mere text, to see what the calls cost.
    paths: ['pseudo', 'tools'],
  },
}
