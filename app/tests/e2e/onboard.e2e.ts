// A device joins by documents, stands on chain, and is retired again with its rent.
import { expect, test } from 'vitest';
import { bytes, lamports } from './chain';
import { earner } from './claim';
import { makeDevice } from './maker';
import { accessible, open, photograph, settled, until, useBrowser } from './page';

useBrowser();
const WIRELESS = 0;

test('onboard a device, see it, retire it', async () => {
  const wallet = await earner('onboard');
  const made = makeDevice(`E2E-${Date.now().toString(36)}`, WIRELESS);
  const page = await open({ path: '/onboard', wallet });
  await settled(page);
  await page.getByRole('button', { name: `Choose class ${WIRELESS}` }).click();
  await page.getByRole('button', { name: 'Make the request' }).click();
  const request = await page.getByLabel('Request for the device').inputValue();
  await accessible(page, 'the request');
  await photograph(page, 'onboard-request', 'desktop', 'dark');
  await page.getByRole('button', { name: 'I have the device’s answer' }).click();

  // An answer for somebody else's wallet is told before anything is sent.
  const answer = page.getByLabel('The device’s answer', { exact: true });
  const stolen = JSON.parse(made.answer(request)) as { owner: string };
  await answer.fill(JSON.stringify({ ...stolen, owner: '11111111111111111111111111111111' }));
  await page.getByText('This answer cannot be used').waitFor();
  await accessible(page, 'an answer that cannot be used');
  await answer.fill(made.answer(request));
  await page.getByText('Device and maker signed, and the network takes it').waitFor();
  await page.getByRole('button', { name: 'Go on' }).click();

  await page.getByLabel('Latitude, in degrees').fill('45.1885');
  await page.getByLabel('Longitude, in degrees').fill('5.7245');
  await accessible(page, 'the location');
  await photograph(page, 'onboard-location', 'desktop', 'dark');
  await page.getByRole('button', { name: /Go on|Next|Check/ }).last().click();
  await page.getByText('Tried without sending: the network would take it.').waitFor();
  await accessible(page, 'the check before joining');
  await photograph(page, 'onboard-check', 'desktop', 'dark');
  const before = await lamports(wallet.address);
  await page.getByRole('button', { name: 'Join the network' }).click();
  await page.getByRole('heading', { name: 'Your device has joined' }).waitFor();
  await page.getByText(`Device ${made.serial} joined the network.`).waitFor();
  await photograph(page, 'onboard-joined', 'desktop', 'dark');
  const after = await lamports(wallet.address);
  expect(after).toBeLessThan(before);
  const link = page.getByRole('main').locator('a[href^="/devices/"]');
  const device = /devices\/([1-9A-HJ-NP-Za-km-z]+)/.exec((await link.getAttribute('href')) ?? '')?.[1] ?? '';
  expect(await bytes(device)).not.toBeNull();

  await page.goto(`${new URL(page.url()).origin}/onboard?retire=${device}`);
  await page.getByRole('button', { name: 'Ask for retirement' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Ask for retirement now' }).click();
  await dialog.getByTestId('receipt').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const expected = BigInt((await page.getByTestId('refund-expected').getAttribute('data-lamports')) ?? '');
  expect(expected).toBeGreaterThan(0n);
  await accessible(page, 'waiting for retirement');
  await photograph(page, 'retire-wait', 'desktop', 'dark');
  const retire = page.getByRole('button', { name: 'Retire the device' });
  await until(() => retire.isEnabled(), 'the settlement period is over');
  const held = await lamports(wallet.address);
  const forGood = dialog.getByRole('button', { name: 'Retire it for good' });
  const retired = page.getByRole('heading', { name: `${made.serial} is retired` });
  await until(async () => {
    if (await retired.isVisible()) return true;
    // This chain's clock is set now and then: what the page thinks is ready may have to wait some seconds more, and the
    // chain says so. What cannot be pressed just now is tried in the next round.
    const next = (await forGood.isVisible()) ? forGood : retire;
    await next.click({ timeout: 2_000 }).catch(() => undefined);
    return retired.isVisible();
  }, 'the device is retired');
  await accessible(page, 'a retired device');
  await photograph(page, 'retired', 'desktop', 'dark');
  expect(await bytes(device)).toBeNull();
  const fee = 5_000n;
  expect((await lamports(wallet.address)) - held).toBe(expected - fee);
});
