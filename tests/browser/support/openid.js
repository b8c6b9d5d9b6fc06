// Sign-ins by openid-client.

import * as client from 'openid-client';

// What the library knows of the issuer; plain HTTP, because it is on loopback.
export async function discover(server, clientId = 'ChatClient') {
  const issuer = new URL('/realms/chat', server.url);
  const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks];
  return client.discovery(issuer, clientId, undefined, client.None(), { execute });
}

// A sign-in that has begun: the address to open, and the checks that its answer must pass.
export async function begin(config, parameters) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  });
  return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}
