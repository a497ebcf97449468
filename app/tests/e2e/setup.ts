// Before all tests: a network that lives (tests/src/bin/stack.rs), a browser, and a way for tests to
// kill and start the network's oracles.
//
// CAIRN_BIN names the folder of the project's programs, CAIRN_BROWSER the browser. With CAIRN_STACK_INFO (the
// line that such a program printed, in a file) and CAIRN_STACK_ORDERS (its standard input, as a pipe) a
// network that runs already is used.
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium, type BrowserServer } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import type { Stack } from './stack';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const READY_WITHIN_MS = 600_000;

declare module 'vitest' {
  export interface ProvidedContext {
    stack: Stack;
    orders: string;
    browser: string;
    cairn: string;
  }
}

/** A program of the project, where Cargo put it. */
function program(name: 'stack' | 'cairn'): string {
  const cache = process.env.CAIRN_CACHE ?? path.join(homedir(), '.cache/cairn');
  const target = process.env.CARGO_TARGET_DIR ?? path.join(cache, 'target');
  const file = path.join(process.env.CAIRN_BIN ?? path.join(target, 'debug'), name);
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`cargo build --workspace --bins\``);
  return file;
}

/** The next line, or the reason why there is none. */
function nextLine(lines: Interface, child: ChildProcess, withinMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the network said nothing for ${withinMs} ms`)), withinMs);
    const ended = () => reject(new Error('the network ended; see target/e2e.log'));
    child.once('exit', ended);
    lines.once('line', (line) => {
      clearTimeout(timer);
      child.off('exit', ended);
      resolve(line);
    });
  });
}

type Running = { stack: Stack; order: (line: string) => Promise<string>; end: () => Promise<void> };

/** Starts a network and waits until its first epochs are final. */
async function startNetwork(): Promise<Running> {
  mkdirSync(path.join(root, 'target'), { recursive: true });
  const log = openSync(path.join(root, 'target/e2e.log'), 'w');
  const args = ['--folder', path.join(root, 'target/e2e'), '--every', '50', '--ready-after', '1'];
  const child = spawn(program('stack'), args, { cwd: root, stdio: ['pipe', 'pipe', log] });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('the network has no pipes');
  const lines = createInterface({ input: stdout });
  const stack = JSON.parse(await nextLine(lines, child, READY_WITHIN_MS)) as Stack;
  return {
    stack,
    order: (line) => {
      const answer = nextLine(lines, child, 30_000);
      stdin.write(`${line}\n`);
      return answer;
    },
    end: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.once('exit', () => resolve());
        // Its oracles end with it.
        stdin.end();
      }),
  };
}

/** Uses a network that runs; what it answers to orders is not read. */
function useNetwork(info: string): Running {
  const orders = process.env.CAIRN_STACK_ORDERS;
  return {
    stack: JSON.parse(readFileSync(info, 'utf8')) as Stack,
    order: async (line) => {
      if (!orders) throw new Error('CAIRN_STACK_ORDERS is not set');
      appendFileSync(orders, `${line}\n`);
      return '{"ok":true}';
    },
    end: async () => undefined,
  };
}

/** Tests run in processes of their own: they give orders by HTTP, one at a time. */
async function serveOrders(running: Running): Promise<{ server: Server; url: string }> {
  let before: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = before.then(() => running.order(Buffer.concat(chunks).toString()));
      before = answer.catch(() => undefined);
      answer.then(
        (line) => response.end(line),
        (error: unknown) => response.end(JSON.stringify({ error: String(error) })),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function launchBrowser(): Promise<BrowserServer> {
  const executablePath = process.env.CAIRN_BROWSER ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error('Chromium is missing: run `scripts/install-tool chromium`');
  // Chromium's own sandbox wants another user than root, and rights that containers do not give.
  return chromium.launchServer({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Called by vitest before all tests; what it returns, after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const browser = await launchBrowser();
  const given = process.env.CAIRN_STACK_INFO;
  const running = given ? useNetwork(given) : await startNetwork();
  const orders = await serveOrders(running);
  project.provide('stack', running.stack);
  project.provide('orders', orders.url);
  project.provide('browser', browser.wsEndpoint());
  project.provide('cairn', program('cairn'));
  return async () => {
    orders.server.close();
    await browser.close();
    await running.end();
  };
}
