// The app in the browser: how tests open it, wait for it, check and photograph it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { app, type Operator } from './stack';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = fileURLToPath(new URL('../../../target/screenshots', import.meta.url));

export type Theme = 'dark' | 'light';
export const SIZES = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
} as const;
export type Size = keyof typeof SIZES;

/** What a page is opened with. */
export type Opening = {
  /** The route. */
  path?: string;
  /** Whose wallet the burner has, connected; nobody's when not given. */
  wallet?: Operator;
  /** Whose page is looked at, if not the wallet's. */
  operator?: string;
  theme?: Theme;
  size?: Size;
  /** The app's settings, as the browser keeps them. */
  settings?: object;
};

let browser: Browser;
const contexts: BrowserContext[] = [];
/** What pages complained about: nothing may. */
const complaints: string[] = [];

/** Call it in a file's top level: connects with the browser, and closes what each test opened. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.connect(inject('browser'));
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    const said = complaints.splice(0);
    expect(said, 'errors of the page').toEqual([]);
  });
  afterAll(() => browser.close());
}

/** Errors in the console that are the tests' own doing, such as requests to an oracle that was killed. */
const EXPECTED = /Failed to load resource|WebSocket connection to|ERR_CONNECTION_REFUSED/;

/** Opens the app in a browser that has never seen it. */
export async function open(opening: Opening = {}): Promise<Page> {
  const { path: route = '/', theme = 'dark', size = 'desktop', wallet } = opening;
  const context = await browser.newContext({
    ...SIZES[size],
    colorScheme: theme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
    acceptDownloads: true,
  });
  contexts.push(context);
  // Two files at a time on two cores, beside a network.
  context.setDefaultTimeout(60_000);
  if (opening.settings) {
    await context.addInitScript((kept) => localStorage.setItem('cairn.settings', kept), JSON.stringify(opening.settings));
  }
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') complaints.push(`asked ${request.url()}`);
  });
  const query = opening.operator ? `?operator=${opening.operator}` : '';
  const burner = wallet ? `#burner=${wallet.secret}` : '';
  await page.goto(`${app}${route}${query}${burner}`);
  return page;
}

/** A map that is not drawn yet. */
const UNDRAWN = 'main .maplibregl-map:not([data-idle])';

/** Waits until a screen's heading is there, nothing on it is loading any more, and its maps are drawn. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction((busy) => document.querySelector(busy) === null, `main [aria-busy="true"], ${UNDRAWN}`);
}

/** Fails when axe finds something on the page. */
export async function accessible(page: Page, where: string): Promise<void> {
  // The page's policy forbids scripts of others, which the debugger's are not.
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.map((one: axe.Result) => ({
      rule: one.id,
      help: one.help,
      where: one.nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
    }));
  });
  expect(found, `axe on ${where}`).toEqual([]);
}

/** Fails when the page is wider than its window. */
export async function fits(page: Page, where: string): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide, `${where} scrolls sideways`).toBeLessThanOrEqual(0);
}

/**
 * Writes target/screenshots/NAME-SIZE-THEME.png: all of the page, in a window that is as high as it, so that
 * the bars at the window's edges are at the picture's.
 */
export async function photograph(page: Page, name: string, size: Size, theme: Theme): Promise<void> {
  const { width, height } = SIZES[size].viewport;
  // What is measured by the window grows with it, once or twice.
  for (let shown: number = height, tries = 0; tries < 3; tries += 1) {
    const whole = await page.evaluate(() => document.documentElement.scrollHeight);
    if (whole <= shown) break;
    shown = whole;
    await page.setViewportSize({ width, height: shown });
  }
  await page.waitForFunction((map) => document.querySelector(map) === null, UNDRAWN);
  await page.screenshot({ path: path.join(shots, `${name}-${size}-${theme}.png`) });
  await page.setViewportSize({ width, height });
}

/** Waits until something holds that is asked for again and again; an epoch and its agreement at most. */
export async function until(holds: () => Promise<boolean>, what: string, withinMs = 150_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    if (await holds()) return;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Lets go of the connected wallet, by the header's button. */
export async function disconnect(page: Page): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: /Wallet/ }).click();
  await page.getByRole('dialog', { name: 'Your wallet' }).getByRole('button', { name: 'Disconnect' }).click();
}
