// Stake: bond, delegate, ask for it back, wait, withdraw; what the wallet has follows on chain.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { tokens } from './chain';
import { claimAll, earner } from './claim';
import { accessible, open, photograph, settled, until, useBrowser } from './page';
import { stack } from './stack';

useBrowser();
const TOKEN = 10n ** BigInt(stack.decimals);

/** Presses the dialog's action, up to the receipt, and closes it. */
async function carryOut(page: Page, title: RegExp, action: RegExp): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title });
  await accessible(page, `the dialog ${title.source}`);
  await dialog.getByRole('button', { name: action }).click();
  await dialog.getByTestId('receipt').first().waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

async function fill(page: Page, title: RegExp, amount: string): Promise<void> {
  await page.getByRole('dialog', { name: title }).getByLabel('Amount in tokens').fill(amount);
}

test('bond, delegate, unbond, undelegate, withdraw', async () => {
  const wallet = await earner('stake');
  const page = await open({ wallet });
  await claimAll(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  const start = await tokens(wallet.address);
  expect(start).toBeGreaterThan(8n * TOKEN);

  await page.getByRole('link', { name: 'Stake' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Stake' }).waitFor();
  await settled(page);
  await page.getByRole('button', { name: /^Bond more for/ }).first().click();
  await fill(page, /^Bond for/, '1000000000');
  await page.getByText(/That is more than/).waitFor();
  await fill(page, /^Bond for/, '5');
  await photograph(page, 'bond', 'desktop', 'dark');
  await carryOut(page, /^Bond for/, /^Bond/);
  expect(await tokens(wallet.address)).toBe(start - 5n * TOKEN);

  await page.getByRole('button', { name: 'Delegate', exact: true }).click();
  await fill(page, /^Delegate/, '2.5');
  await photograph(page, 'delegate', 'desktop', 'dark');
  await carryOut(page, /^Delegate/, /^Delegate 2/);
  expect(await tokens(wallet.address)).toBe(start - 5n * TOKEN - (5n * TOKEN) / 2n);
  await photograph(page, 'staked', 'desktop', 'dark');
  await accessible(page, 'Stake with a bond and a delegation');

  await page.getByRole('button', { name: /^Unbond from/ }).first().click();
  await fill(page, /^Unbond from/, '4');
  await carryOut(page, /^Unbond from/, /^Unbond/);
  await page.getByRole('button', { name: /^Undelegate/ }).first().click();
  await fill(page, /^Undelegate from/, '2.5');
  await carryOut(page, /^Undelegate from/, /^Undelegate/);
  // Not a token moves before the cooldown is over.
  expect(await tokens(wallet.address)).toBe(start - 5n * TOKEN - (5n * TOKEN) / 2n);
  await photograph(page, 'unbonding', 'desktop', 'dark');

  const withdraw = page.getByRole('button', { name: /^Withdraw/ });
  await until(async () => (await withdraw.count()) > 0 && (await withdraw.first().isEnabled()), 'the cooldown is over');
  const ready = page.getByText('Ready', { exact: true });
  await until(async () => (await ready.count()) === 2, 'both can be withdrawn');
  for (let left = 2; left > 0; left -= 1) {
    await page.getByRole('button', { name: /^Withdraw [\d.]+ from/ }).first().click();
    await carryOut(page, /^Withdraw/, /^Withdraw/);
    await until(async () => (await ready.count()) === left - 1, 'it has left the queue');
  }
  expect(await tokens(wallet.address)).toBe(start - TOKEN);
});
