import { Command, Option } from 'commander'
import { readVersion } from '../config/version.ts'
import { registerBench } from './bench.ts'

/** The command line. A command's own code is loaded when it runs: `--help` and `--version` load none of it. */
export function createProgram(writeUsageError: (line: string) => void): Command {
  const program = new Command('argo-proxy')
    .description(
      'An LLM proxy that speaks the OpenAI API and streams, in front of ARGO or any OpenAI-compatible server.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({ outputError: (text) => writeUsageError(oneLine(text)) })
    .addHelpText('after', examples)

  withConfig(program.command('start', { isDefault: true }))
    .description('serve the OpenAI API (what happens without a command, too)')
    .option('--workers <number>', 'how many processes share the port; auto is one for each core')
    .option('--demo', 'serve canned answers of an embedded gateway: needs no account')
    .action(async (flags) => (await import('./start.ts')).start(flags))

  withConfig(program.command('check'))
    .description('validate the configuration and the plugins without serving')
    .action(async (flags) => (await import('./check.ts')).check(flags))

  withConfig(program.command('explain'))
    .description('show what a request would run through: the mode and why, each stream and who owns it')
    .argument('[file]', 'a JSON file with the request, or - for the standard input; otherwise an example')
    .addOption(
      new Option('--endpoint <name>', 'the endpoint that is asked (default: by the form of the request)').choices([
        'chat-completions',
        'completions',
        'responses',
      ]),
    )
    .option('--with-tools', 'let the example declare a tool')
    .action(async (file, flags) => (await import('./explain.ts')).explain(file, flags))

  const config = program.command('config').description('see the configuration')
  withConfig(config.command('show', { isDefault: true }))
    .description('print each effective value and where it comes from, secrets masked')
    .option('--json', 'print JSON')
    .action(async (flags) => (await import('./config-show.ts')).showConfig(flags))

  withConfig(program.command('models'))
    .description('list the models of the upstream')
    .option('--json', 'print JSON')
    .action(async (flags) => (await import('./models.ts')).models(flags))

  registerBench(program)

  return program
}

function withConfig(command: Command): Command {
  return command
    .option('-c, --config <file>', 'the configuration file (default: the first .argorc or argo.config.ts found)')
    .option('-H, --host <host>', 'the address to listen on')
    .option('-p, --port <number>', 'the port to listen on; 0 picks a free one')
    .addOption(new Option('--real-stream', 'stream chunks as they arrive').conflicts('pseudoStream'))
    .addOption(new Option('--pseudo-stream', 'receive the whole answer, then stream it').conflicts('realStream'))
    .addOption(new Option('-v, --verbose', 'log every step').conflicts('quiet'))
    .addOption(new Option('-q, --quiet', 'log warnings and errors only').conflicts('verbose'))
}

const examples = `
Examples:
  argo-proxy start --demo                 try everything without an account
  argo-proxy --port 8080 --pseudo-stream  serve as .argorc says, but so
  argo-proxy check --config my.argorc     find every fault at once
  argo-proxy explain --with-tools         see what a request with tools runs through

"argo-proxy start --help" lists the options.`

/** commander's `error: what is wrong` and its suggestion on a second line. */
function oneLine(text: string): string {
  const [message = '', ...more] = text
    .replace(/^error: /, '')
    .replace(
      / is invalid\. (.*?)\.?$/m,
      (_, remedy: string) => ` is invalid: ${remedy[0]?.toLowerCase()}${remedy.slice(1)}`,
    )
    .trim()
    .split('\n')
  const hint = more.join(' ').replace(/^\(Did you mean (.*)\?\)$/, 'did you mean $1?')
  return `argo-proxy: ${message}${hint ? `, ${hint}` : ''} (see argo-proxy --help)`
}
