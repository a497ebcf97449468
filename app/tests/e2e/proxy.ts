// An RPC node that a test can break: a proxy before the real one.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that runs. */
export type Proxy = {
  url: string;
  /** From now on it answers 503, or the chain's answers again. */
  breakIt: (broken: boolean) => void;
  end: () => void;
};

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'POST, OPTIONS',
  'Access-Control-Allow-Headers': '*',
};

/** Starts a proxy before `target`. */
export async function proxy(target: string): Promise<Proxy> {
  let broken = false;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'OPTIONS') return response.writeHead(204, CORS).end();
      if (broken) return response.writeHead(503, CORS).end('out of order');
      const headers = { 'Content-Type': 'application/json' };
      fetch(target, { method: 'POST', headers, body: Buffer.concat(chunks) }).then(
        async (answer) => response.writeHead(answer.status, { ...CORS, ...headers }).end(await answer.text()),
        (error: unknown) => response.writeHead(502, CORS).end(String(error)),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakIt: (value) => {
      broken = value;
    },
    end: () => server.close(),
  };
}
