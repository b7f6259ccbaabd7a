// Takes a folder; gives a remote cache over HTTP there: nginx with WebDAV, as {url, stop()}.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export async function startCacheServer(dir) {
  const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx'].find((f) => existsSync(f));
  if (nginx === undefined) throw new Error('nginx is not installed: tools/setup installs it');
  for (const d of ['ac', 'cas', 'tmp']) mkdirSync(join(dir, 'data', d), { recursive: true });
  const port = await freePort();
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((n) => `  ${n}_temp_path ${join(dir, 'data/tmp')};`).join('\n');
  writeFileSync(
    join(dir, 'nginx.conf'),
    `${process.getuid() === 0 ? 'user root;\n' : ''}daemon off;
pid ${join(dir, 'nginx.pid')};
error_log ${join(dir, 'error.log')};
worker_processes 1;
events { worker_connections 256; }
http {
  access_log off;
${temp}
  server {
    listen 127.0.0.1:${port};
    root ${join(dir, 'data')};
    client_max_body_size 0;
    location / {
      dav_methods PUT DELETE;
      create_full_put_path on;
    }
  }
}
`,
  );
  const child = spawn(nginx, ['-p', dir, '-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; ; i++) {
    if (child.exitCode !== null) throw new Error(`nginx ended with status ${child.exitCode}: see ${join(dir, 'error.log')}`);
    const answers = await fetch(url).then(() => true, () => false);
    if (answers) break;
    if (i > 100) throw new Error('nginx does not answer');
    await new Promise((next) => setTimeout(next, 50));
  }
  const stop = () =>
    new Promise((done) => {
      child.on('exit', done);
      child.kill('SIGTERM');
    });
  return { url, stop };
}
