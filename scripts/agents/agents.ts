import type { Agent } from './agent.ts'

const cline: Agent = {
  name: 'cline',
  package: 'cline@3.0.65',
  program: 'cline',
  documentedFile: '~/.cline/data/settings/providers.json',
  files: {
    '.cline/data/settings/global-settings.json': JSON.stringify({ telemetryOptOut: true, autoUpdateEnabled: false }),
  },
  // Else a daemon of its own stays behind.
  environment: { CLINE_NO_AUTO_UPDATE: '1', CLINE_SESSION_BACKEND_MODE: 'local' },
  arguments: (prompt) => ['-P', 'openai-compatible', prompt],
}

const continueDev: Agent = {
  name: 'continue',
  package: '@continuedev/cli@1.5.47',
  program: 'cn',
  documentedFile: '~/.continue/config.yaml',
  environment: { CONTINUE_CLI_ENABLE_TELEMETRY: '0', CONTINUE_METRICS_ENABLED: '0' },
  arguments: (prompt, home) => ['--config', `${home}/.continue/config.yaml`, '-p', prompt],
}

const codex: Agent = {
  name: 'codex',
  package: '@openai/codex@0.169.0',
  program: 'codex',
  documentedFile: '~/.codex/config.toml',
  arguments: (prompt) => [
    ...['-c', 'analytics.enabled=false', '-c', 'check_for_update_on_startup=false'],
    // One repetition of its own is enough to see that it reports.
    ...['-c', 'model_providers.argo.stream_max_retries=1'],
    ...['-s', 'danger-full-access', 'exec', '--skip-git-repo-check', prompt],
  ],
}

const opencode: Agent = {
  name: 'opencode',
  package: 'opencode-ai@1.18.33',
  program: 'opencode',
  documentedFile: '~/.config/opencode/opencode.json',
  environment: {
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_SHARE: '1',
  },
  arguments: (prompt) => ['run', prompt],
}

/** Two of them speak Responses, too, when they are set so. */
export const agents: readonly Agent[] = [
  cline,
  {
    ...cline,
    name: 'cline-responses',
    adapt: (json) => json.replaceAll('openai-compatible', 'openai-native').replace('gpt-4o', 'gpt-5'),
    arguments: (prompt) => ['-P', 'openai-native', prompt],
  },
  continueDev,
  { ...continueDev, name: 'continue-responses', adapt: (yaml) => yaml.replace('gpt-4o', 'gpt-5') },
  codex,
  opencode,
]
