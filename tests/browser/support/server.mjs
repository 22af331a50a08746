// A server of our own for the tests: a fresh sandbox on free ports.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const binary = process.env.GUICHET_BIN ?? join(root, 'build', 'release', 'guichet');
export const built = existsSync(binary);
const renderer = process.env.GUICHET_RENDERER ?? join(dirname(binary), 'unit_pages_states');
// Those of the payer's pages and of the operator's.
export const renderers = [renderer, `${renderer}_office`];

const READY = /^Guichet is ready/m;
const START_MS = 60000;

export async function startServer() {
  const data = mkdtempSync(join(tmpdir(), 'guichet-browser-'));
  execFileSync(binary, ['init', '--sandbox', data], { stdio: 'pipe' });
  const child = spawn(binary, ['serve', '--data', data, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in time:\n${output}`)), START_MS);
    const seen = (chunk) => {
      output += chunk;
      if (READY.test(output)) {
        clearTimeout(timer);
        resolve();
      }
    };
    child.stdout.on('data', seen);
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('exit', (code) => reject(new Error(`ended with ${code}:\n${output}`)));
  });
  await ready;
  const sandbox = JSON.parse(readFileSync(join(data, 'sandbox.json'), 'utf8'));
  return {
    sandbox,
    data,
    origin: new URL(sandbox.base_url).origin,
    bank: new URL(sandbox.simulator.acs_url).origin,
    // A setting of the merchant whose keys these are.
    set(account, name, value) {
      execFileSync(binary, ['merchant', 'set', account, name, value, '--data', data], { stdio: 'pipe' });
    },
    logo(account, file) {
      execFileSync(binary, ['merchant', 'logo', account, file, '--data', data], { stdio: 'pipe' });
    },
    // What a subcommand prints with --json.
    told(...words) {
      return JSON.parse(execFileSync(binary, [...words, '--json', '--data', data], { stdio: 'pipe' }));
    },
    output: () => output,
    async stop() {
      child.removeAllListeners('exit');
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export function api(server) {
  const authorization = `Basic ${Buffer.from(`${server.sandbox.stancer.secret_key}:`).toString('base64')}`;
  const call = async (method, path, body) => {
    const answer = await fetch(server.origin + path, {
      method,
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body ?? {}),
    intent: (id) => call('GET', `/v2/payment_intents/${id}`),
    ask: (more = {}) => call('POST', '/v2/payment_intents/', { amount: 2599, description: 'Cours de poterie', ...more }),
    cancel: (id) => call('DELETE', `/v2/payment_intents/${id}`),
    payment: (id) => call('GET', `/v2/payments/${id}`),
    advance: (seconds) => call('POST', '/sandbox/clock', { advance_s: seconds }),
    create: (more = {}) =>
      call('POST', '/v2/payments/', {
        amount: 2599,
        currency: 'eur',
        description: 'Cours de poterie',
        order_id: 'CMD-2026-0117',
        auth: true,
        methods_allowed: ['card'],
        return_url: `${server.origin}/`,
        ...more,
      }),
  };
}

export function pageUrl(server, payment, lang = 'fr') {
  return `${server.origin}/${server.sandbox.stancer.public_key}/${payment.id}?lang=${lang}`;
}
