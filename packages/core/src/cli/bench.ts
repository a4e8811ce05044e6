import { type Command, InvalidArgumentError } from 'commander'

export interface BenchFlags {
  model: string
  apiKey?: string
  requests: number
  concurrency: number
}

/** `argo-proxy bench URL`. What it runs is loaded when it is called. */
export function registerBench(program: Command): void {
  program
    .command('bench')
    .description('measure streamed answers of a running proxy or server')
    .argument('<url>', 'its base URL, as in http://127.0.0.1:44497')
    .option('--model <name>', 'the model that is asked', 'argo:gpt-4o')
    .option('--api-key <key>', 'sent as bearer token (default: the environment variable OPENAI_API_KEY)')
    .option('--requests <number>', 'how many requests', positive, 20)
    .option('--concurrency <number>', 'how many of them at the same time', positive, 4)
    .action(async (url: string, flags: BenchFlags) => (await import('./bench-run.ts')).bench(url, flags))
}

function positive(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('write a whole number from 1 on')
  return number
}
