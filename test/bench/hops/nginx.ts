import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProgram } from '../processes/program.ts'
import { freePort, type HopContext, NotHere, type RunningHop } from './hop.ts'
import { untilListening } from './until-listening.ts'

/** nginx of the system, one worker, where it is installed. */
export async function startNginx({ upstreamPort, directory }: HopContext): Promise<RunningHop> {
  const port = await freePort()
  const folder = join(directory, 'nginx')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, configuration(port, upstreamPort, folder))
  const nginx = startProgram('nginx', ['-p', folder, '-c', file, '-e', 'stderr'])
  try {
    await untilListening(nginx, port)
  } catch (error) {
    await nginx.stop()
    throw new NotHere(`nginx does not run here: ${error instanceof Error ? error.message : error}`)
  }
  return { ...nginx, port }
}

function configuration(port: number, upstreamPort: number, folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
pid ${folder}/nginx.pid;
error_log stderr crit;
worker_processes 1;
worker_rlimit_nofile 20000;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 16000; }
http {
  access_log off;
  ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  keepalive_timeout 65s;
  keepalive_requests 10000000;
  client_max_body_size 16m;
  client_body_buffer_size 2m;
  upstream bench { server 127.0.0.1:${upstreamPort}; keepalive 6000; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://bench;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`
}
