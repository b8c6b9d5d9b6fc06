// An OpenID client that we did not write finds nothing amiss.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as client from 'openid-client';

import { startServer } from './support/server.js';

test('discovery', async (t) => {
  const server = await startServer(t);
  const issuer = new URL('/realms/chat', server.url);
  const found = await client.discovery(issuer, 'ChatClient', undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  });
  assert.equal(found.serverMetadata().issuer, issuer.href);
});
