// Who gets an operator's claims, and what it was paid.
import { generateKeyPairSigner } from '@solana/kit';
import { expect, test } from 'vitest';
import { claimed, tokens } from './chain';
import { amounts, claimAll, earner } from './claim';
import { accessible, open, photograph, settled, until, useBrowser } from './page';

useBrowser();

test('payees are set, share the next claim as the chain says, and are removed again', async () => {
  const wallet = await earner('payees');
  const friend = (await generateKeyPairSigner()).address;
  const page = await open({ path: '/rewards', wallet });
  await settled(page);
  await page.getByRole('button', { name: 'Set payees' }).click();
  const form = page.getByRole('form', { name: 'Payees' });
  await form.getByRole('button', { name: 'Add a payee' }).click();
  await form.getByLabel('Payee 2: wallet').fill('not an address');
  await form.getByLabel('Payee 1: part').fill('70');
  await form.getByLabel('Payee 2: part').fill('30');
  // What is wrong is said before anything is sent.
  await form.getByRole('button', { name: 'Review' }).click();
  await form.getByText(/error\[/).waitFor();
  await accessible(page, 'the payees’ editor with a mistake');
  await form.getByLabel('Payee 2: wallet').fill(friend);
  await photograph(page, 'payees', 'desktop', 'dark');
  await form.getByRole('button', { name: 'Review' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set payees' });
  await accessible(page, 'setting payees');
  await dialog.getByRole('button', { name: 'Set payees' }).click();
  await dialog.getByTestId('receipt').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Change payees' }).waitFor();

  await page.getByRole('link', { name: 'Overview' }).first().click();
  await page.getByText('shared among 2 payees').waitFor();
  const before = await tokens(wallet.address);
  const { paid } = await claimAll(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  // The first payee has what rounding down leaves over.
  const share = (paid * 3_000n) / 10_000n;
  expect(await tokens(friend)).toBe(share);
  expect((await tokens(wallet.address)) - before).toBe(paid - share);

  await page.getByRole('link', { name: 'Rewards' }).first().click();
  const onChain = await claimed(wallet.address);
  await until(async () => (await amounts(page, '[data-testid=claimed]'))[0] === onChain, 'the screen shows what was claimed');
  await page.getByRole('button', { name: 'Change payees' }).click();
  await page.getByRole('button', { name: 'Remove all payees' }).click();
  const removal = page.getByRole('dialog', { name: 'Remove all payees' });
  await removal.getByRole('button', { name: 'Remove payees' }).click();
  await removal.getByTestId('receipt').waitFor();
  await removal.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Set payees' }).waitFor();
});

test('the history has the claim with its transaction', async () => {
  const wallet = await earner('payees');
  const page = await open({ path: '/rewards', wallet });
  await settled(page);
  const claims = page.locator('a[href*="/tx/"]');
  await until(async () => (await claims.count()) > 0, 'the history names a transaction');
  expect(await claims.first().getAttribute('href')).toContain('cluster=custom');
});
