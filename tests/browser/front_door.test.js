// The first day of a server, in real Chromium: somebody opens the printed link, makes the admin's account
// and signs out; somebody else signs up; both hold tokens that the chat accepts.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as client from 'openid-client';

import { assertAccessible } from './support/accessibility.js';
import { listenForCallback } from './support/callback.js';
import { claimsOf, welcomeOf } from './support/chat.js';
import { launchChromium, openPage } from './support/chromium.js';
import { begin, discover } from './support/openid.js';
import { goOnAs, setUp, signIn, signOut, signUp } from './support/person.js';
import { takeScreenshots } from './support/screenshots.js';
import { startServer } from './support/server.js';

const browser = await launchChromium();

const SIGN_UP_LINK = { name: 'Create an account' };

// Waits for the page with that heading.
const shows = (page, heading) => page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();

// The tokens of a person who does `steps` when the application sends them to the issuer.
async function tokensBy(t, server, page, steps) {
  const config = await discover(server);
  const callback = await listenForCallback(t);
  const { url, checks } = await begin(config, { redirect_uri: callback.redirectUri });
  const arriving = callback.arrives();
  await page.goto(url.href);
  await steps();
  return client.authorizationCodeGrant(config, await arriving, checks);
}

// A dashboard's tokens, for somebody whose session the browser has.
async function dashboardTokens(server, page) {
  const config = await discover(server, 'WebClient');
  const { url, checks } = await begin(config, { redirect_uri: `${server.url}/callback` });
  await page.goto(url.href);
  return client.authorizationCodeGrant(config, new URL(page.url()), checks);
}

for (const javaScriptEnabled of [true, false]) {
  test(`the first day, with JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async (t) => {
    const server = await startServer(t);
    const page = await openPage(t, browser, { javaScriptEnabled });
    await page.goto(await server.setUpLink());
    await setUp(page, 'grace');
    await shows(page, 'Your account');
    const admin = await dashboardTokens(server, page);
    assert.deepEqual(claimsOf(admin.access_token).realm_access.roles, ['admin']);
    assert.ok((await welcomeOf(server, admin.access_token)).includes('active_channels'));

    await page.goto(`${server.url}/realms/chat/account`);
    await signOut(page);
    await shows(page, 'Signed out');
    await assert.rejects(welcomeOf(server, admin.access_token), 'signing out ends the tokens');

    const user = await tokensBy(t, server, page, async () => {
      await page.getByRole('link', SIGN_UP_LINK).click();
      await signUp(page, 'ada');
    });
    assert.equal(claimsOf(user.access_token).preferred_username, 'ada');
    assert.ok(!claimsOf(user.access_token).realm_access?.roles?.includes('admin'));
    await welcomeOf(server, user.access_token);

    // Both at once.
    const second = await openPage(t, browser, { javaScriptEnabled });
    const again = await tokensBy(t, server, second, () => signIn(second, 'grace'));
    assert.equal(claimsOf(again.access_token).sub, claimsOf(admin.access_token).sub);
    await Promise.all([welcomeOf(server, user.access_token), welcomeOf(server, again.access_token)]);
  });
}

test('the set-up link works once', async (t) => {
  const server = await startServer(t);
  const link = await server.setUpLink();
  const page = await openPage(t, browser);
  await page.goto(link);
  await setUp(page, 'grace');
  const stranger = await openPage(t, browser);
  const answer = await stranger.goto(link);
  assert.equal(answer.status(), 410);
  await shows(stranger, 'This link is over');
});

test('an app on the same machine gets no code without a click, although there is a session', async (t) => {
  const server = await startServer(t);
  await server.addUser('ada');
  const page = await openPage(t, browser);
  await tokensBy(t, server, page, () => signIn(page, 'ada'));
  const tokens = await tokensBy(t, server, page, () => goOnAs(page, 'ada'));
  assert.equal(claimsOf(tokens.access_token).preferred_username, 'ada');
});

test('all is done with the keyboard alone', async (t) => {
  const server = await startServer(t);
  const page = await openPage(t, browser);
  const type = async (...texts) => {
    // A page gives it to its first field in the first frame that it draws.
    await page.locator('input:focus').waitFor();
    for (const [index, text] of texts.entries()) {
      if (index > 0) await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
  };
  // Tab after Tab until the control of that name has the focus; each has a visible ring.
  const reach = async (name) => {
    for (let presses = 0; presses < 30; ++presses) {
      await page.keyboard.press('Tab');
      const focused = page.locator(':focus');
      if ((await focused.count()) === 0) continue;
      const ring = await focused.evaluate((element) => getComputedStyle(element).outlineStyle);
      assert.notEqual(ring, 'none', `the focus is seen on ${await focused.innerText()}`);
      if ((await focused.innerText()) === name) return;
    }
    assert.fail(`the keyboard does not reach ${name}`);
  };

  await page.goto(await server.setUpLink());
  await type('grace', 'correct horse battery', 'correct horse battery');
  await shows(page, 'Your account');
  await reach('Sign out');
  await page.keyboard.press('Enter');
  await shows(page, 'Signed out');
  await reach('Sign in again');
  await page.keyboard.press('Enter');
  await shows(page, 'Sign in');
  await reach('Create an account');
  await page.keyboard.press('Enter');
  await shows(page, 'Create an account');
  await type('ada', 'correct horse battery', 'correct horse battery');
  await shows(page, 'Your account');
  await page.getByText('ada', { exact: true }).waitFor();
});

test('every page is accessible, and looks as it should', async (t) => {
  const server = await startServer(t);
  const page = await openPage(t, browser);
  const look = async (name, heading) => {
    await shows(page, heading);
    await takeScreenshots(page, name);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page);
    }
    await page.emulateMedia({ colorScheme: null });
  };
  const realm = `${server.url}/realms/chat`;

  await page.goto(server.url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await takeScreenshots(page, 'home');
  await assertAccessible(page);

  await page.goto(await server.setUpLink());
  await page.getByRole('heading', { level: 1 }).waitFor();
  await takeScreenshots(page, 'set-up');
  await assertAccessible(page);
  await setUp(page, 'g');
  await takeScreenshots(page, 'set-up-refused');
  await assertAccessible(page);
  await setUp(page, 'grace');
  await look('account', 'Your account');
  await page.goto(`${realm}/protocol/openid-connect/logout`);
  await look('sign-out', 'Sign out?');
  await signOut(page);
  await look('signed-out', 'Signed out');

  const config = await discover(server);
  const callback = await listenForCallback(t);
  const { url } = await begin(config, { redirect_uri: callback.redirectUri });
  await page.goto(url.href);
  await look('sign-in', 'Sign in');
  await signIn(page, 'grace', 'not the password');
  await look('sign-in-refused', 'Sign in');
  await page.getByRole('link', SIGN_UP_LINK).click();
  await look('sign-up', 'Create an account');
  await signUp(page, 'grace');
  await look('sign-up-refused', 'Create an account');
  await signUp(page, 'ada');
  await page.goto(url.href);
  await look('continue', 'Continue to the app?');

  url.searchParams.set('redirect_uri', 'https://elsewhere.example/callback');
  await page.goto(url.href);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await takeScreenshots(page, 'foreign-redirect');
  await assertAccessible(page);
  assert.equal(new URL(page.url()).origin, server.url, 'nobody was sent there');
  await page.goto(`${realm}/setup?key=nonsense`);
  await look('link-over', 'This link is over');
  await page.goto(`${realm}/login/`);
  await look('not-found', 'Page not found');
});
