// The distribution's Chromium, which talks to nobody but the pages it is shown.

import { existsSync } from 'node:fs';
import { after } from 'node:test';

import { chromium } from 'playwright-core';

// Debian's name for it, and Ubuntu's.
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));

const ARGUMENTS = [
  '--no-sandbox', // tests run as root
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const PHONE = { width: 390, height: 844 };

// One browser for the tests of a file; each opens contexts of its own, which share nothing.
export async function launchChromium() {
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  after(() => browser.close());
  return browser;
}

// A page in a context of its own, closed with the test. What a page's console calls an
// error, a breach of its content security policy among them, fails the test.
export async function openPage(test, browser, options = {}) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(30_000); // generous: it says that something is broken, never how fast it is
  const page = await context.newPage();
  const errors = [];
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { url } = message.location();
    // Refusals are pages of their own; an icon is asked for where a reply that is no page names none.
    const refused = message.text().startsWith('Failed to load resource');
    const expected = url === page.url() || url.endsWith('/favicon.ico');
    if (!(refused && expected)) errors.push(`${message.text()} (${url})`);
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  test.after(async () => {
    await context.close();
    if (errors.length > 0) throw new Error(`errors in the console:\n${errors.join('\n')}`);
  });
  return page;
}
