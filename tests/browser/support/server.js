// The server under test: one process with its own data directory, ended with the test.

import { execFile, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const BINARY = process.env.CHATSERVER_BINARY ?? join(REPOSITORY, 'build/release/chatserver');

export const PASSWORD = 'correct horse battery staple';

const DEFAULTS = {
  'server.listen': '127.0.0.1:0',
  'metrics.listen': '127.0.0.1:0',
  'log.format': 'json',
  'io.threads': '2',
};

// This process's, without settings that would reach the server.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('CHATSERVER_')),
);

const flags = (settings) => Object.entries(settings).map(([key, value]) => `--${key}=${value}`);

class Server {
  #process;
  #lines = [];
  #printed = new EventEmitter();

  constructor(dataDir, settings) {
    this.dataDir = dataDir;
    this.settings = { ...DEFAULTS, 'server.data_dir': dataDir, ...settings };
  }

  // Resolves when it accepts connections.
  async start() {
    this.#process = spawn(BINARY, ['run', ...flags(this.settings)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
      cwd: '/',
    });
    const ready = Promise.withResolvers();
    const take = (line) => {
      this.#lines.push(line);
      const address = readyAddress(line);
      if (address) ready.resolve(address);
      this.#printed.emit('line');
    };
    createInterface(this.#process.stdout).on('line', take);
    createInterface(this.#process.stderr).on('line', take);
    this.#process.on('error', ready.reject);
    this.#process.on('exit', () => ready.reject(new Error(`the server ended:\n${this.log}`)));
    this.address = await ready.promise;
  }

  // All that it has printed.
  get log() {
    return this.#lines.join('\n');
  }

  // As server.public_url is by default.
  get url() {
    return `http://localhost:${this.address.split(':').at(-1)}`;
  }

  // The link that a server without an admin prints at its start.
  async setUpLink() {
    const link = () => this.log.match(/http:\S+\/setup\S+/)?.[0];
    while (!link()) await once(this.#printed, 'line');
    return link();
  }

  // Ends it as an operator would; its data goes too.
  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGTERM');
      await once(this.#process, 'exit');
    }
    await rm(this.dataDir, { recursive: true, force: true });
  }

  // What a command of the program prints, run on this server's data directory.
  async command(...args) {
    const { stdout } = await promisify(execFile)(BINARY, [...args, `--server.data_dir=${this.dataDir}`], {
      env: environment,
      cwd: '/',
    });
    return stdout.trim();
  }

  async addUser(name, { admin = false } = {}) {
    const adding = promisify(execFile)(
      BINARY,
      ['user', 'add', name, '--password-stdin', ...(admin ? ['--admin'] : []), `--server.data_dir=${this.dataDir}`],
      { env: environment, cwd: '/' },
    );
    adding.child.stdin.end(`${PASSWORD}\n`);
    await adding;
  }
}

function readyAddress(line) {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    return undefined; // not every line is the log's
  }
  return String(event.event).split(' ').includes('ready') ? event.address.split(',')[0] : undefined;
}

// A running server with an empty data directory; `settings` as { 'auth.leeway': '0s' }.
export async function startServer(test, settings = {}) {
  const server = new Server(await mkdtemp(join(tmpdir(), 'chatserver-browser-')), settings);
  test.after(() => server.stop());
  await server.start();
  return server;
}
