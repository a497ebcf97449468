// The map: cells are drawn, and open by pointer and by keyboard.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ask } from './chain';
import { accessible, open, photograph, settled, useBrowser } from './page';
import { mixedOperator } from './stack';

useBrowser();

const chosen = (page: Page) => new URL(page.url()).searchParams.get('cell');
const opened = (page: Page) => page.getByRole('region', { name: /^Cell 8[0-9a-f]{14}/ });

/** Waits until the map has drawn everything it knows. */
const drawn = (page: Page) => page.locator('[data-testid=map][data-idle=true]').waitFor();

/** Where on the page a cell is drawn: the pointer says that it can be clicked. */
async function aCell(page: Page): Promise<{ x: number; y: number }> {
  const at = await page.getByTestId('map').locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const step = 12;
    for (let y = top + step; y < top + height; y += step) {
      for (let x = left + step; x < left + width; x += step) {
        canvas.dispatchEvent(new MouseEvent('mousemove', { clientX: x, clientY: y, bubbles: true }));
        if (canvas.style.cursor === 'pointer') return { x, y };
      }
    }
    return null;
  });
  if (!at) throw new Error('no cell is drawn');
  return at;
}

test('a cell opens with its devices and its reward factor', async () => {
  const page = await open({ path: '/map', operator: mixedOperator().address });
  await settled(page);
  await drawn(page);
  const { x, y } = await aCell(page);
  await page.mouse.click(x, y);
  const panel = opened(page);
  await panel.getByRole('listitem').first().waitFor();
  const cell = chosen(page) ?? '';
  const { devices } = await ask<{ devices: { device: string }[] }>(`/v1/map/${cell}`);
  expect(devices.length).toBeGreaterThan(0);
  expect(await panel.getByRole('listitem').locator('a[href*="/devices/"]').count()).toBe(devices.length);
  await panel.getByText('Reward factor', { exact: false }).first().waitFor();
  await drawn(page);
  await accessible(page, 'the map with a cell');
  await page.mouse.move(0, 0);
  await photograph(page, 'map-cell', 'desktop', 'dark');
  await panel.getByRole('button', { name: 'Close the cell' }).click();
  await panel.waitFor({ state: 'detached' });

  // Without the map: the table has the same cells.
  const first = page.getByRole('table', { name: /^Cells/ }).getByRole('button', { name: /^8[0-9a-f]{14}$/ }).first();
  const name = await first.innerText();
  await first.focus();
  await page.keyboard.press('Enter');
  await panel.getByRole('listitem').first().waitFor();
  expect(chosen(page)).toBe(name);
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
});
