// What an operator does first: connect, see what was earned, check it against the chain, claim it.
import { signature as toSignature } from '@solana/kit';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ask, claimed, earned, lamports, rpc, tokens } from './chain';
import { claimAll, earner } from './claim';
import { accessible, disconnect, open, photograph, settled, until, useBrowser } from './page';
import { mixedOperator, stack, type Operator } from './stack';

useBrowser();

/** The amount of tokens in a part of the page, in the smallest unit. */
async function amount(page: Page, testId: string): Promise<bigint> {
  const text = await page.getByTestId(testId).locator('[data-amount]').first().getAttribute('data-amount');
  return BigInt(text ?? '');
}

/** The wallet's short address in the header: it is connected. */
const inHeader = (page: Page, wallet: { address: string }) =>
  page.getByRole('banner').getByRole('button', { name: new RegExp(wallet.address.slice(0, 4)) });

describe('connecting', () => {
  test('the burner is a wallet-standard wallet that is picked as any other, and let go of again', async () => {
    const page = await open();
    await page.getByRole('banner').getByRole('button', { name: 'Connect wallet' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect a wallet' });
    await accessible(page, 'the wallet picker');
    await dialog.getByRole('button', { name: /Burner \(local only\)/ }).click();
    await dialog.waitFor({ state: 'hidden' });
    // A new key, with which nobody earns yet.
    await page.getByRole('heading', { name: 'No devices earn for this wallet yet' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'No devices earn for this wallet yet' }).waitFor();
    await disconnect(page);
    await page.getByRole('button', { name: 'Connect wallet' }).first().waitFor();
  });

  test('a key in the address is taken out of it at once', async () => {
    const wallet = mixedOperator();
    const page = await open({ wallet });
    await inHeader(page, wallet).waitFor();
    expect(page.url()).not.toContain('burner');
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
  });
});

describe('earnings', () => {
  test('what is claimable is what the oracle says, verified in the browser against the chain', async () => {
    const wallet = mixedOperator();
    const page = await open({ wallet });
    await settled(page);
    await page.getByText(/Verified against the chain/).waitFor();
    // An epoch may become final between two looks.
    await until(async () => {
      const [shown, leaf] = [await amount(page, 'claimable'), await earned(wallet.address)];
      return shown === leaf - (await claimed(wallet.address));
    }, 'the claimable amount is the leaf less what was paid');
    for (const name of ['Wireless', 'Storage', 'Compute', 'Sensor']) {
      await page.getByRole('main').getByText(new RegExp(name, 'i')).filter({ visible: true }).first().waitFor();
    }
  });

  test('a proof that does not lead to the chain’s root is said to, and cannot be claimed', async () => {
    const wallet = await earner('tampered');
    const page = await open();
    await page.route('**/v1/operators/*/claim', async (route) => {
      const response = await route.fetch();
      const view = (await response.json()) as { lifetime_total: string };
      const more = { ...view, lifetime_total: (BigInt(view.lifetime_total) + 1n).toString() };
      await route.fulfill({ response, json: more });
    });
    await page.goto(`${page.url()}?operator=${wallet.address}#burner=${wallet.secret}`);
    await page.reload();
    await page.getByText(/proof does not lead to the chain’s root/).waitFor();
  });

  test('somebody else’s page is there to look at, and says why nothing can be signed', async () => {
    const page = await open({ operator: mixedOperator().address });
    await settled(page);
    await page.getByText(/Verified against the chain/).waitFor();
    expect(await page.getByRole('button', { name: 'Claim all' }).isDisabled()).toBe(true);
  });

  test('a new epoch shows up by itself', async () => {
    const wallet = mixedOperator();
    const page = await open({ operator: wallet.address });
    await page.getByText(/Verified against the chain/).waitFor();
    const before = await amount(page, 'claimable');
    await until(async () => (await amount(page, 'claimable')) > before, 'the claimable amount grew');
  });
});

describe('claim all', () => {
  test('the tokens arrive on chain, as the receipt says', async () => {
    const wallet = await earner('claim');
    const page = await open({ wallet });
    await page.getByText(/Verified against the chain/).waitFor();
    await page.getByRole('button', { name: 'Claim all' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Proof verified in this browser').waitFor();
    await accessible(page, 'the claim’s pre-check');
    await photograph(page, 'claim-check', 'desktop', 'dark');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    // The keyboard goes on where it was.
    const focused = page.getByRole('button', { name: 'Claim all' });
    expect(await focused.evaluate((button) => button === document.activeElement)).toBe(true);
    const before = await tokens(wallet.address);
    const { paid, signature } = await claimAll(page);
    await accessible(page, 'the claim’s receipt');
    await photograph(page, 'claim-receipt', 'desktop', 'dark');
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect(paid).toBeGreaterThan(0n);
    expect(await tokens(wallet.address)).toBe(before + paid);
    const found = await rpc
      .getTransaction(toSignature(signature), { maxSupportedTransactionVersion: 0, commitment: 'confirmed', encoding: 'json' })
      .send();
    expect(found?.meta?.err).toBeNull();
    // The figure follows, without a reload.
    await until(async () => (await amount(page, 'claimable')) < paid, 'the claimable amount fell');
  });

  test('without SOL the page says so before the wallet is asked', async () => {
    const wallet: Operator = unfunded();
    expect(await lamports(wallet.address)).toBe(0n);
    const page = await open({ wallet });
    await page.getByText(/Verified against the chain/).waitFor();
    await page.getByRole('button', { name: 'Claim all' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This claim would not go through').waitFor();
    expect(await dialog.getByRole('button', { name: 'Claim', exact: true }).isDisabled()).toBe(true);
    await dialog.getByText(/SOL/).first().waitFor();
    await accessible(page, 'a claim without SOL');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });
});

/** Somebody who earns in every epoch and has no SOL. */
function unfunded(): Operator {
  const found = stack.operators.find(({ name, funded }) => !funded && /^(compute|storage|station|vehicle)/.test(name));
  if (!found) throw new Error('everybody has SOL');
  return found;
}

test('what needs attention is what the oracle says', async () => {
  type Row = { attention: { code: string; message: string }[] };
  const wallet = mixedOperator();
  const page = await open({ operator: wallet.address });
  await settled(page);
  await until(async () => {
    const { devices } = await ask<{ devices: Row[] }>(`/v1/operators/${wallet.address}/devices`);
    const wrong = devices.flatMap((row) => row.attention);
    const main = page.getByRole('main');
    if (wrong.length === 0) return main.getByText(/Nothing is wrong/).isVisible();
    return main.getByText(wrong[0]!.message).first().isVisible();
  }, 'the page lists what is wrong');
});
