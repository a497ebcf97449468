// Every screen, dark and light, on a desk and on a phone: axe finds nothing, nothing scrolls sideways, and
// a photograph goes to target/screenshots/ for people to look at.
import { describe, expect, test } from 'vitest';
import { accessible, fits, open, photograph, settled, useBrowser, type Size, type Theme } from './page';
import { mixedOperator, stack } from './stack';

const operator = mixedOperator();
const device = operator.devices.wireless?.[0] ?? '';

/** Name, route, and what the heading says. */
const SCREENS: [string, string, RegExp][] = [
  ['overview', '/', /overview/i],
  ['devices', '/devices', /devices/i],
  ['device', `/devices/${device}`, /device|[0-9A-Za-z]{4,}/],
  ['map', '/map', /map/i],
  ['rewards', '/rewards', /rewards/i],
  ['stake', '/stake', /stake/i],
  ['network', '/network', /network/i],
  ['onboard', '/onboard', /onboard/i],
];
const LOOKS: [Size, Theme][] = [
  ['desktop', 'dark'],
  ['desktop', 'light'],
  ['phone', 'dark'],
  ['phone', 'light'],
];

useBrowser();

describe.each(SCREENS)('%s', (name, route, heading) => {
  test.each(LOOKS)('on a %s, %s', async (size, theme) => {
    const page = await open({ path: route, wallet: operator, operator: operator.address, size, theme });
    await settled(page);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toMatch(heading);
    await photograph(page, name, size, theme);
    await accessible(page, `${name}, ${size}, ${theme}`);
    await fits(page, `${name} on a ${size}`);
  });
});

describe('nobody is connected', () => {
  test.each(SCREENS)('%s says what to do', async (name, route) => {
    const page = await open({ path: route });
    await settled(page);
    await photograph(page, `${name}-nobody`, 'desktop', 'dark');
    await accessible(page, `${name}, nobody connected`);
  });
});

test('all screens are reached by keyboard alone, and the way to the content is short', async () => {
  const page = await open({ wallet: operator });
  await settled(page);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: /skip/i });
  expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true);
  for (const name of ['Devices', 'Map', 'Rewards', 'Stake', 'Network', 'Onboard', 'Overview']) {
    const link = page.getByRole('navigation').first().getByRole('link', { name: new RegExp(`^${name}`) });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: new RegExp(name, 'i') }).waitFor();
  }
});

test('the page is served with a policy that lets no other script run', async () => {
  const response = await fetch(stack.app);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("'unsafe-eval'");
});
