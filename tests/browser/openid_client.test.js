// An OpenID client that we did not write signs people in, and finds nothing that breaks a rule: it
// checks what RFC 6749, 7009, 7636, 9207 and OpenID Connect ask of each answer, and ID tokens'
// signatures by the listed keys.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as client from 'openid-client';

import { listenForCallback } from './support/callback.js';
import { claimsOf, welcomeOf } from './support/chat.js';
import { launchChromium, openPage } from './support/chromium.js';
import { begin, discover } from './support/openid.js';
import { signIn } from './support/person.js';
import { startServer } from './support/server.js';

const browser = await launchChromium();

async function serverWithAlice(t) {
  const server = await startServer(t);
  await server.addUser('alice');
  return server;
}

// The tokens of alice, who signs in on `page` for an application on her own machine.
async function tokensOfAlice(config, page, callback, parameters = {}) {
  const { url, checks } = await begin(config, { redirect_uri: callback.redirectUri, ...parameters });
  const arriving = callback.arrives();
  await page.goto(url.href);
  await signIn(page, 'alice');
  return client.authorizationCodeGrant(config, await arriving, checks);
}

async function signedIn(t) {
  const server = await serverWithAlice(t);
  const config = await discover(server);
  const callback = await listenForCallback(t);
  const page = await openPage(t, browser);
  const tokens = await tokensOfAlice(config, page, callback);
  return { server, config, callback, page, tokens };
}

const refusedWith = (error) => (thrown) => {
  assert.ok(thrown instanceof client.ResponseBodyError, thrown);
  assert.equal(thrown.error, error);
  return true;
};

test('discovery names what the issuer can do', async (t) => {
  const server = await startServer(t);
  const metadata = (await discover(server)).serverMetadata();
  assert.equal(metadata.issuer, `${server.url}/realms/chat`);
  assert.ok(metadata.supportsPKCE());
  assert.equal(metadata.authorization_response_iss_parameter_supported, true);
});

test('a person signs in, and chats with the access token', async (t) => {
  const { server, config, tokens } = await signedIn(t);
  assert.equal(tokens.token_type, 'bearer');
  assert.equal(tokens.expires_in, 300); // expiresIn() is what is left of it: 299 a millisecond later
  const { sub } = tokens.claims();
  assert.equal(claimsOf(tokens.access_token).sub, sub);
  assert.equal(claimsOf(tokens.access_token).preferred_username, 'alice');
  assert.ok((await welcomeOf(server, tokens.access_token)).includes('active_channels'));

  const who = await client.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(who.preferred_username, 'alice');
});

test('a refresh token gives new tokens of the same login, once', async (t) => {
  const { server, config, tokens } = await signedIn(t);
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(renewed.refresh_token, tokens.refresh_token);
  assert.equal(claimsOf(renewed.access_token).sid, claimsOf(tokens.access_token).sid);
  await welcomeOf(server, renewed.access_token);

  const again = await client.refreshTokenGrant(config, renewed.refresh_token);
  await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), refusedWith('invalid_grant'));
  // A used token that comes again is a stolen one: nobody has its successors any more.
  await assert.rejects(client.refreshTokenGrant(config, again.refresh_token), refusedWith('invalid_grant'));
});

test('a revoked refresh token gives nothing', async (t) => {
  const { config, tokens } = await signedIn(t);
  await client.tokenRevocation(config, tokens.refresh_token, { token_type_hint: 'refresh_token' });
  await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), refusedWith('invalid_grant'));
  await client.tokenRevocation(config, tokens.refresh_token); // twice is no error: RFC 7009 section 2.2
});

test('a code is good once, and its tokens end when it comes again', async (t) => {
  const server = await serverWithAlice(t);
  const config = await discover(server);
  const callback = await listenForCallback(t);
  const page = await openPage(t, browser);
  const { url, checks } = await begin(config, { redirect_uri: callback.redirectUri });
  const arriving = callback.arrives();
  await page.goto(url.href);
  await signIn(page, 'alice');
  const answer = await arriving;
  const tokens = await client.authorizationCodeGrant(config, answer, checks);
  await welcomeOf(server, tokens.access_token);

  await assert.rejects(client.authorizationCodeGrant(config, answer, checks), refusedWith('invalid_grant'));
  await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), refusedWith('invalid_grant'));
  await assert.rejects(welcomeOf(server, tokens.access_token));
});

test('signing out ends the login and returns to the application', async (t) => {
  const { server, config, callback, page, tokens } = await signedIn(t);
  const state = client.randomState();
  const url = client.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: callback.redirectUri,
    state,
  });
  const arriving = callback.arrives();
  await page.goto(url.href);
  assert.equal((await arriving).searchParams.get('state'), state);
  await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), refusedWith('invalid_grant'));
  await assert.rejects(welcomeOf(server, tokens.access_token));

  const { url: silent, checks } = await begin(config, { redirect_uri: `${server.url}/callback`, prompt: 'none' });
  await page.goto(silent.href);
  await assert.rejects(client.authorizationCodeGrant(config, new URL(page.url()), checks), {
    name: 'AuthorizationResponseError',
    error: 'login_required',
  });
});

test('the web client is answered without a click while there is a session', async (t) => {
  const { server, page } = await signedIn(t);
  const config = await discover(server, 'WebClient');
  const redirect_uri = `${server.url}/callback`;
  const { url, checks } = await begin(config, { redirect_uri, prompt: 'none', max_age: '600' });
  await page.goto(url.href);
  const tokens = await client.authorizationCodeGrant(config, new URL(page.url()), { ...checks, maxAge: 600 });
  assert.equal(claimsOf(tokens.access_token).azp, 'WebClient');
});

for (const host of ['127.0.0.1', 'localhost']) {
  test(`the desktop client signs in, with its callback at ${host}`, async (t) => {
    const server = await serverWithAlice(t);
    const found = await (await fetch(`${server.url}/discovery`)).json();
    // It puts https:// in front of these; here no proxy does TLS.
    const config = new client.Configuration(
      {
        issuer: found.issuer,
        authorization_endpoint: `http://${found.auth_url}`,
        token_endpoint: `http://${found.token_url}`,
      },
      found.chat_client,
      undefined,
      client.None(),
    );
    client.allowInsecureRequests(config);
    const callback = await listenForCallback(t, { host, port: 1337 });
    assert.equal(callback.redirectUri, `http://${host}:1337/callback`);
    const page = await openPage(t, browser);
    const tokens = await tokensOfAlice(config, page, callback);
    assert.ok(tokens.id_token);
    await welcomeOf(server, tokens.access_token);
  });
}
