// The Devices screens: the list's sums and file, a device's paystub, and its verification against the chain.
import { text as textOf } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ask } from './chain';
import { accessible, fits, open, settled, until, useBrowser } from './page';
import { mixedOperator, stack } from './stack';

useBrowser();

const operator = mixedOperator();
const SUMS = ['last', 'share', 'lifetime'] as const;
type Sums = Record<(typeof SUMS)[number], bigint>;

type Listed = { category: string; share: string; lifetime_total: string; serial: string | null; device: string };
const listed = () => ask<{ newest_epoch: number; devices: Listed[] }>(`/v1/operators/${operator.address}/devices?epochs=30`);

/** The sums of the list as they are shown, exact. */
async function shownSums(page: Page): Promise<Sums> {
  const foot = page.getByTestId('devices-sums');
  const amounts = await foot.evaluate((row) =>
    Object.fromEntries(
      [...row.querySelectorAll<HTMLElement>('[data-sum]')].map((cell) => [cell.dataset.sum, cell.querySelector<HTMLElement>('[data-amount]')?.dataset.amount ?? '']),
    ),
  );
  return Object.fromEntries(SUMS.map((name) => [name, BigInt(amounts[name] || '-1')])) as Sums;
}

/** The sums of the rows that are listed. */
async function sumOfRows(page: Page): Promise<Sums> {
  const rows = await page.getByRole('table', { name: 'Devices' }).locator('tbody tr').evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll<HTMLElement>('[data-amount]')].map((amount) => amount.dataset.amount ?? '')),
  );
  const column = (at: number) => rows.reduce((sum, amounts) => sum + BigInt(amounts[at] ?? '-1'), 0n);
  return { last: column(0), share: column(1), lifetime: column(2) };
}

/** A file's columns, added up. Serials of the network have neither quotes nor commas. */
function fileSums(text: string): { sums: Sums; rows: number } {
  const [header = [], ...rows] = text.trimEnd().split('\r\n').map((line) => line.split(','));
  const sum = (name: string) => rows.reduce((all, row) => all + BigInt(row[header.indexOf(`${name}_smallest_unit`)] ?? '-1'), 0n);
  return { sums: { last: sum('last_epoch'), share: sum('earned'), lifetime: sum('lifetime') }, rows: rows.length };
}

async function openList(): Promise<Page> {
  const page = await open({ path: '/devices', operator: operator.address });
  await settled(page);
  await page.getByTestId('devices-sums').waitFor();
  return page;
}

/** Downloads the file. */
async function download(page: Page): Promise<{ name: string; text: string }> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as CSV' }).click();
  const file = await coming;
  return { name: file.suggestedFilename(), text: await textOf(await file.createReadStream()) };
}

describe('the list', () => {
  test('sums are those of the rows, of the oracle, and of the file', async () => {
    const page = await openList();
    await until(async () => {
      const before = await listed();
      const [shown, rows] = [await shownSums(page), await sumOfRows(page)];
      const file = await download(page);
      const after = await listed();
      // An epoch may close between two looks.
      if (before.newest_epoch !== after.newest_epoch) return false;
      const total = (of: (one: Listed) => string) => after.devices.reduce((sum, one) => sum + BigInt(of(one)), 0n);
      const same = (a: Sums, b: Sums) => SUMS.every((name) => a[name] === b[name]);
      expect(file.name).toBe(`devices-${operator.address}.csv`);
      return (
        shown.share > 0n &&
        same(shown, rows) &&
        same(shown, fileSums(file.text).sums) &&
        fileSums(file.text).rows === after.devices.length &&
        shown.share === total((one) => one.share) &&
        shown.lifetime === total((one) => one.lifetime_total)
      );
    }, 'screen, file and oracle have the same sums');
  });

  test('a filter lists, sums and exports the same; it is in the address, and is cleared', async () => {
    const page = await openList();
    const table = page.getByRole('table', { name: 'Devices' });
    const all = (await listed()).devices;
    const wanted = all.filter((one) => one.category === 'storage');
    await page.getByRole('combobox', { name: 'Category' }).selectOption('storage');
    await page.getByText(`${wanted.length} of ${all.length} devices, filtered`).waitFor();
    expect(page.url()).toContain('category=storage');
    expect(await table.locator('tbody tr').count()).toBe(wanted.length);
    await until(async () => {
      const [shown, rows, { text }] = [await shownSums(page), await sumOfRows(page), await download(page)];
      const { sums, rows: count } = fileSums(text);
      return count === wanted.length && SUMS.every((name) => shown[name] === rows[name] && shown[name] === sums[name]);
    }, 'the filtered sums are those of the file');
    await accessible(page, 'the filtered list');
    await page.reload();
    await table.waitFor();
    expect(await table.locator('tbody tr').count()).toBe(wanted.length);
    await page.getByRole('searchbox', { name: 'Find' }).fill('no such device');
    await page.getByText('No device is like that').waitFor();
    await page.getByRole('button', { name: 'Show all devices' }).click();
    await page.getByTestId('devices-sums').waitFor();
    expect(await table.locator('tbody tr').count()).toBe(all.length);
  });

  test('a head sorts, and a row leads to its device', async () => {
    const page = await openList();
    const table = page.getByRole('table', { name: 'Devices' });
    await table.getByRole('button', { name: /^Device/ }).click();
    const first = await table.locator('tbody th a').allInnerTexts();
    expect(first).toEqual([...first].sort((a, b) => (a < b ? 1 : -1)));
    await table.getByRole('button', { name: /^Device/ }).click();
    const names = await table.locator('tbody th a').allInnerTexts();
    expect(names).toEqual([...first].reverse());
    await table.locator('tbody th a').first().click();
    await page.getByRole('heading', { level: 1, name: `Device ${names[0]}` }).waitFor();
    expect(page.url()).toContain(`operator=${operator.address}`);
  });
});

type Explanation = { share: string; path: { device_total: string; root: string } | null };
const device = operator.devices.storage?.[0] ?? '';
const verification = (page: Page) => page.getByTestId('verification');

describe('a device', () => {
  test('its paystub adds up to the oracle’s share, with every proof', async () => {
    const page = await open({ path: `/devices/${device}`, operator: operator.address });
    const epoch = await finalEpoch(page);
    await page.getByTestId('paystub-adds-up').waitFor();
    expect(await page.getByRole('combobox', { name: 'Epoch' }).inputValue()).toBe(epoch.toString());
    const found = await ask<Explanation & { proofs: unknown[] }>(`/v1/devices/${device}/epochs/${epoch}`);
    const share = page.getByTestId('paystub-share').locator('[data-amount]');
    expect(await share.getAttribute('data-amount')).toBe(found.share);
    await page.getByRole('combobox', { name: 'Which proofs' }).getByRole('option', { name: `All proofs (${found.proofs.length})` }).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'The epoch before' }).click();
    await page.getByRole('heading', { name: new RegExp(`Paystub of epoch ${epoch - 1}\\b`) }).waitFor();
    expect(page.url()).toContain(`epoch=${epoch - 1}`);
  });

  test('its total is verified against the root on chain', async () => {
    const page = await open({ path: `/devices/${device}`, operator: operator.address });
    const epoch = await finalEpoch(page);
    await verification(page).waitFor();
    expect(await verification(page).getAttribute('data-verified')).toBe('true');
    expect(await verification(page).locator('[data-step][data-ok="true"]').count()).toBe(5);
    const found = await ask<Explanation>(`/v1/devices/${device}/epochs/${epoch}`);
    expect(await page.getByTestId('chain-root').innerText()).toBe(found.path?.root);
    await accessible(page, 'a verified device');
  });

  /** What a wrong or dishonest oracle might answer, and the step that finds it. */
  const FORGERIES: [what: string, step: string, forge: (path: Record<string, string>) => void][] = [
    ['a larger total', 'devices_root', (path) => (path.device_total = (BigInt(path.device_total!) + 1n).toString())],
    ['another sibling', 'stated_root', (path) => (path.operator_proof = (path.operator_proof![0] === '0' ? '1' : '0') + path.operator_proof!.slice(1))],
    ['another root', 'stated_root', (path) => (path.root = '0'.repeat(64))],
  ];
  test.each(FORGERIES)('an answer with %s is not verified, and the page says so', async (_what, step, forge) => {
    const page = await open();
    await page.route(`**/v1/devices/${device}/epochs/*`, async (route) => {
      const response = await route.fetch();
      const found = (await response.json()) as { path: Record<string, string> };
      forge(found.path);
      await route.fulfill({ response, json: found });
    });
    await page.goto(`${new URL(page.url()).origin}/devices/${device}?operator=${operator.address}`);
    await finalEpoch(page);
    await page.getByText('Not verified: do not rely on this answer').waitFor();
    expect(await verification(page).getAttribute('data-verified')).toBe('false');
    expect(await verification(page).locator('[data-ok="false"]').getAttribute('data-step')).toBe(step);
    await accessible(page, 'a forged answer');
  });

  test('a whole tree that is right in itself fails at the chain’s root', async () => {
    // Another epoch's answer: every hash of it is right, but the chain has another root for this epoch.
    const page = await open({ path: `/devices/${device}`, operator: operator.address });
    let epoch = -1;
    let older: Explanation | null = null;
    await until(async () => {
      epoch = await finalEpoch(page);
      older = await ask<Explanation>(`/v1/devices/${device}/epochs/${epoch - 1}`);
      // In its first epoch it earns nothing, and has no leaf.
      return older.path !== null;
    }, 'it has earned in two final epochs');
    const path = (older as Explanation | null)?.path ?? null;
    await page.route(`**/v1/devices/${device}/epochs/${epoch}`, async (route) => {
      const response = await route.fetch();
      const found = (await response.json()) as Explanation;
      await route.fulfill({ response, json: { ...found, path } });
    });
    await page.reload();
    await verification(page).waitFor();
    expect(await verification(page).locator('[data-ok="false"]').getAttribute('data-step')).toBe('chain_root');
  });

  test('of no address, or of nobody: the page says so', async () => {
    const page = await open({ path: '/devices/nonsense', operator: operator.address });
    await page.getByText('There is no such device').waitFor();
    await page.goto(`${new URL(page.url()).origin}/devices/${stack.payer.address}?operator=${operator.address}`);
    await page.getByText(/device_unknown/).waitFor();
    await accessible(page, 'an unknown device');
    await fits(page, 'an unknown device');
  });
});

/** Shows the newest epoch that the chain finalized, and keeps it while newer ones close. */
async function finalEpoch(page: Page): Promise<number> {
  await settled(page);
  let epoch = -1;
  await until(async () => {
    const { epochs } = await ask<{ epochs: { epoch: number; state: string }[] }>(`/v1/devices/${device}?epochs=30`);
    epoch = epochs.find(({ state }) => state === 'finalized')?.epoch ?? -1;
    // The one before is needed, too: with a root, which a skipped one has not.
    return epochs.some((one) => one.epoch === epoch - 1 && one.state === 'finalized');
  }, 'an epoch is final');
  const url = new URL(page.url());
  url.searchParams.set('epoch', epoch.toString());
  await page.goto(url.href);
  await settled(page);
  return epoch;
}
