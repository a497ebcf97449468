// Claiming by the app's own button, for all tests that need tokens in a wallet.
import type { Page } from 'playwright-core';
import { ask } from './chain';
import { until } from './page';
import { stack, type Operator } from './stack';

/** Amounts below an element, in the smallest unit, in their order. */
export async function amounts(page: Page, selector: string): Promise<bigint[]> {
  const texts = await page.locator(selector).locator('[data-amount]').evaluateAll((found) => found.map((one) => one.getAttribute('data-amount')));
  return texts.map((text) => BigInt(text ?? ''));
}

/** Claims what is due on the overview, up to the receipt; what it says was paid, and the transaction. */
export async function claimAll(page: Page): Promise<{ paid: bigint; signature: string }> {
  await page.getByText(/Verified against the chain/).waitFor();
  await page.getByRole('button', { name: 'Claim all' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Proof verified in this browser').waitFor();
  await dialog.getByRole('button', { name: 'Claim', exact: true }).click();
  const receipt = dialog.getByTestId('receipt');
  await receipt.waitFor();
  const [paid] = await amounts(page, 'dialog[open] [data-testid=receipt]');
  const link = await receipt.locator('a[href*="/tx/"]').getAttribute('href');
  const signature = /\/tx\/([1-9A-HJ-NP-Za-km-z]+)/.exec(link ?? '')?.[1];
  if (paid === undefined || !signature) throw new Error('the receipt names no amount or no transaction');
  return { paid, signature };
}

/** Operators of one live device each: they earn in every epoch. Each test has its own. */
export const EARNERS = {
  claim: 'compute-1',
  payees: 'compute-3',
  stake: 'storage-1',
  tampered: 'station-2',
  devices: 'station-4',
  onboard: 'vehicle-2',
} as const;

/** One of them, when it has earned something that is final, and with SOL. */
export async function earner(of: keyof typeof EARNERS): Promise<Operator> {
  const operator = stack.operators.find(({ name }) => name === EARNERS[of]);
  if (!operator) throw new Error(`there is no operator ${EARNERS[of]}`);
  await until(async () => (await finalized(operator)) > 0n, `${operator.name} has earned`);
  return operator;
}

async function finalized(operator: Operator): Promise<bigint> {
  const view = await ask<{ finalized_total: string }>(`/v1/operators/${operator.address}?epochs=1`);
  return BigInt(view.finalized_total);
}
