// Pictures for people to look at: light, dark and on a phone.

import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { PHONE } from './chromium.js';

const DIRECTORY = resolve(import.meta.dirname, '../../../build/screenshots');

// build/screenshots/NAME-light.png, NAME-dark.png and NAME-phone.png. The page is left as it was.
export async function takeScreenshots(page, name) {
  await mkdir(DIRECTORY, { recursive: true });
  const take = (kind) => page.screenshot({ path: join(DIRECTORY, `${name}-${kind}.png`), fullPage: true });
  const size = page.viewportSize();
  await page.emulateMedia({ colorScheme: 'light' });
  await take('light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await take('dark');
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'light' });
  await take('phone');
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: null });
}
