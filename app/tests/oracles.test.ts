// Failover between oracles that are real HTTP servers.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { getJson, Oracles } from '../src/api/client';
import { findOracles } from '../src/api/config';
import { asCairnError } from '../src/lib/errors';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const json =
  (status: number, body: unknown): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const error = (code: string) => ({ error: { code, message: `message of ${code}`, hint: `hint of ${code}` } });
const codeOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (thrown: unknown) => asCairnError(thrown).code,
  );
/** An address where nobody listens. */
async function nobody(): Promise<string> {
  const url = await serve(json(200, {}));
  const server = servers.pop() as Server;
  await new Promise((resolve) => server.close(resolve));
  return url;
}

describe('oracles', () => {
  test('the first that answers is asked, and its slash does not matter', async () => {
    const oracles = new Oracles([`${await serve(json(200, { n: 1 }))}/`, await serve(json(200, { n: 2 }))]);
    expect(await oracles.get('/v1/x')).toEqual({ n: 1 });
    expect(oracles.state().active).toBe(oracles.urls[0]);
  });

  test('one that is down is passed over, then asked last, and everybody is told', async () => {
    const oracles = new Oracles([await nobody(), await serve(json(200, { n: 2 }))]);
    const states: unknown[] = [];
    oracles.subscribe(() => states.push(oracles.state()));
    expect(await oracles.get('/v1/x')).toEqual({ n: 2 });
    expect(oracles.order()).toEqual([oracles.urls[1], oracles.urls[0]]);
    expect(oracles.state()).toMatchObject({
      active: oracles.urls[1],
      oracles: [
        { url: oracles.urls[0], up: false },
        { url: oracles.urls[1], up: true },
      ],
    });
    expect(states).toHaveLength(2);
  });

  test('one that is not ready, or whose server says so for it, is passed over', async () => {
    const proxy: RequestListener = (_, response) => response.writeHead(502).end('<html>bad gateway</html>');
    const urls = [
      await serve(json(503, error('not_ready'))),
      await serve(proxy),
      await serve(json(200, { n: 3 })),
    ];
    expect(await new Oracles(urls).get('/v1/x')).toEqual({ n: 3 });
  });

  test('a refusal is an answer: nobody else is asked', async () => {
    let asked = 0;
    const second = await serve((request, response) => {
      asked += 1;
      json(200, {})(request, response);
    });
    const oracles = new Oracles([await serve(json(404, error('operator_unknown'))), second]);
    expect(await codeOf(oracles.get('/v1/x'))).toBe('operator_unknown');
    expect(asked).toBe(0);
  });

  test('silence ends, and the next is asked', async () => {
    const silent = await serve(() => undefined);
    const oracles = new Oracles([silent, await serve(json(200, { n: 2 }))], 150);
    expect(await oracles.get('/v1/x')).toEqual({ n: 2 });
    expect(oracles.state().oracles[0]).toMatchObject({ up: false, problem: 'no answer within 0.15 s' });
  });

  test('when none answers the error names them all; without any it says so', async () => {
    const oracles = new Oracles([await nobody(), await nobody()]);
    const failure = await oracles.get('/v1/x').catch(asCairnError);
    expect(failure).toMatchObject({ code: 'oracle_unreachable' });
    for (const url of oracles.urls) expect((failure as Error).message).toContain(url);
    expect(oracles.state().active).toBeNull();
    expect(await codeOf(new Oracles([]).get('/v1/x'))).toBe('no_oracle');
  });

  test('it comes back', async () => {
    let ready = false;
    const url = await serve((request, response) =>
      json(ready ? 200 : 503, ready ? { n: 1 } : error('not_ready'))(request, response),
    );
    const oracles = new Oracles([url]);
    expect(await codeOf(oracles.get('/v1/x'))).toBe('oracle_unreachable');
    ready = true;
    expect(await oracles.get('/v1/x')).toEqual({ n: 1 });
    expect(oracles.state()).toMatchObject({ active: url, oracles: [{ up: true }] });
  });

  test('one that is down is asked whether it is back', async () => {
    let ready = false;
    const url = await serve((request, response) =>
      json(ready ? 200 : 503, ready ? {} : error('not_ready'))(request, response),
    );
    const other = await serve(json(200, {}));
    const oracles = new Oracles([url, other]);
    await oracles.get('/v1/x');
    expect(oracles.order()).toEqual([other, url]);
    const stop = oracles.probe(20);
    ready = true;
    await vi.waitFor(() => expect(oracles.order()).toEqual([url, other]));
    stop();
    expect(oracles.state().oracles.every(({ up }) => up)).toBe(true);
  });

  test('what is no Cairn oracle is said to be none', async () => {
    const html: RequestListener = (_, response) => response.writeHead(200).end('<html></html>');
    expect(await codeOf(getJson(await serve(html), '/v1/x'))).toBe('oracle_error');
    expect(await codeOf(getJson(await serve(json(418, { tea: true })), '/v1/x'))).toBe('oracle_error');
  });

  test('giving up the question is no failure of the oracle', async () => {
    const oracles = new Oracles([await serve(() => undefined)]);
    const stop = new AbortController();
    const asked = oracles.get('/v1/x', stop.signal);
    stop.abort();
    await expect(asked).rejects.toThrow();
    expect(oracles.state().oracles).toEqual([]);
  });
});

describe('finding them', () => {
  const config = { network: 'n', pool: 'p', oracles: [] as string[], rpc_url: null, ws_url: null };

  test('the page’s own origin first, then its peers', async () => {
    const origin = await serve(json(200, { ...config, oracles: ['http://127.0.0.1:1'] }));
    const { oracles } = await findOracles(origin, `${origin}/`, {});
    expect(oracles.urls).toEqual([origin, 'http://127.0.0.1:1']);
  });

  test('else config.json, which may name the RPC node', async () => {
    const oracle = await serve(json(200, config));
    const host = await serve((request, response) =>
      request.url === '/app/config.json'
        ? json(200, { oracles: [oracle], rpc_url: 'https://rpc.example' })(request, response)
        : response.writeHead(404).end(),
    );
    const found = await findOracles(host, `${host}/app/`, {});
    expect(found.oracles.urls).toEqual([oracle]);
    expect(found.config.rpc_url).toBe('https://rpc.example');
  });

  test('the user’s own list goes first; nobody to ask is said', async () => {
    const oracle = await serve(json(200, config));
    const host = await serve((_, response) => response.writeHead(404).end());
    expect((await findOracles(host, `${host}/`, { oracles: [oracle] })).oracles.urls).toEqual([oracle]);
    expect(await codeOf(findOracles(host, `${host}/`, {}))).toBe('no_oracle');
  });
});
