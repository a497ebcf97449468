// Oracles and RPC nodes that stop while the page is open: it says so, goes on with others, and recovers.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ask } from './chain';
import { accessible, open, photograph, settled, until, useBrowser } from './page';
import { proxy, type Proxy } from './proxy';
import { killOracle, mixedOperator, stack, startOracle } from './stack';

useBrowser();
const operator = mixedOperator();
const dead = new Set<number>();
const proxies: Proxy[] = [];

async function kill(index: number): Promise<void> {
  await killOracle(index);
  dead.add(index);
}

/** Starts an oracle and waits until it answers. */
async function revive(index: number): Promise<void> {
  dead.delete(index);
  await startOracle(index);
  const ready = () => fetch(`${stack.oracles[index]!.url}/readyz`).then((response) => response.ok, () => false);
  await until(ready, `oracle ${index} is ready`);
}

afterEach(async () => {
  for (const index of [...dead]) await revive(index);
});
afterAll(() => proxies.forEach((one) => one.end()));

describe('an oracle is killed while the page is open', () => {
  test('the one that served the page: it goes on with another, says so, and notices when the first is back', async () => {
    const page = await open({ operator: operator.address });
    await settled(page);
    const live = page.getByTestId('live-status');
    await until(async () => (await live.innerText()) === 'Live', 'the page is live');
    // Screens are loaded ahead, since the one that serves them may go.
    await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => /\/rewards-[^/]*\.js$/.test(name)));
    await kill(0);
    const notice = page.getByRole('status').filter({ hasText: 'does not answer; using' });
    await notice.waitFor();
    expect(await notice.innerText()).toContain(stack.oracles[0]!.url);
    await accessible(page, 'an oracle is down');
    await photograph(page, 'oracle-down', 'desktop', 'dark');
    // What is shown moves on meanwhile.
    const { newest_epoch: before } = await newest(1);
    await until(async () => (await newest(1)).newest_epoch > before, 'another epoch closed without it');
    await page.getByRole('link', { name: 'Rewards' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Rewards' }).waitFor();
    await settled(page);
    await page.getByTestId('lifetime').locator('[data-amount]').waitFor();
    await revive(0);
    await notice.waitFor({ state: 'detached' });
    await until(async () => (await live.innerText()) === 'Live', 'the page is live again');
  });

  test('all of them: the page says that it is offline, keeps what it has, and comes back by itself', async () => {
    const page = await open({ operator: operator.address });
    await page.getByText(/Verified against the chain/).waitFor();
    await page.getByRole('button', { name: 'Show as a table' }).waitFor();
    for (const index of [0, 1, 2]) await kill(index);
    await page.getByText('Offline: no oracle answers').waitFor();
    await page.getByTestId('claimable').waitFor();
    await accessible(page, 'no oracle answers');
    await photograph(page, 'offline', 'desktop', 'dark');
    for (const index of [0, 1, 2]) await revive(index);
    await page.getByText('Offline: no oracle answers').waitFor({ state: 'detached' });
    await until(async () => (await page.getByTestId('live-status').innerText()) === 'Live', 'the page is live again');
  });
});

test('an RPC node that fails is said to, with its address and code, and is used again when it answers', async () => {
  const node = await proxy(stack.rpc_url);
  proxies.push(node);
  const settings = { cluster: 'custom', rpcUrl: node.url, wsUrl: stack.ws_url };
  const page = await open({ operator: operator.address, settings });
  await page.getByText(/Verified against the chain/).waitFor();
  node.breakIt(true);
  const notice = page.getByRole('status').filter({ hasText: 'The RPC node does not answer' });
  await notice.waitFor();
  expect(await notice.innerText()).toContain(node.url);
  expect(await notice.innerText()).toContain('rpc_');
  await accessible(page, 'the RPC node fails');
  await photograph(page, 'rpc-down', 'desktop', 'dark');
  node.breakIt(false);
  await notice.waitFor({ state: 'detached' });
  await page.getByText(/Verified against the chain/).waitFor();
});

test('the user can choose a node, and go back to the oracle’s', async () => {
  const page = await open({ operator: operator.address });
  await settled(page);
  const settings = page.getByRole('banner').getByRole('button', { name: 'Settings' });
  await settings.click();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await accessible(page, 'the settings');
  await photograph(page, 'settings', 'desktop', 'dark');
  await dialog.getByLabel('Cluster').selectOption('custom');
  await dialog.getByLabel('RPC address').fill('http://127.0.0.1:1');
  await dialog.getByRole('button', { name: 'Use this node' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('status').filter({ hasText: 'The RPC node does not answer' }).waitFor();
  await settings.click();
  await dialog.getByLabel('Cluster').selectOption('oracle');
  await page.keyboard.press('Escape');
  await page.getByText(/Verified against the chain/).waitFor();
});

async function newest(index: number): Promise<{ newest_epoch: number }> {
  return ask(`/v1/operators/${operator.address}?epochs=1`, index);
}
