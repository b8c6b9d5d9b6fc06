// Where an application on the person's own machine waits for the answer (RFC 8252).

import { once } from 'node:events';
import { createServer } from 'node:http';

// Listens until the test ends, on a free port unless one is named; `arrives()` resolves to the URL of
// the next request for /callback. A port that another program has just now is waited for.
export async function listenForCallback(test, { port = 0, host = '127.0.0.1' } = {}) {
  const server = createServer();
  const waiting = [];
  server.on('request', (request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end('<!doctype html><html lang="en"><title>Done</title><p>You may close this window.');
    const url = new URL(request.url, redirectUri);
    if (url.pathname === '/callback') waiting.shift()?.(url);
  });
  await listen(server, port, host);
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const redirectUri = `http://${host}:${server.address().port}/callback`;
  return {
    redirectUri,
    arrives: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

async function listen(server, port, host) {
  for (let tries = 0; ; ++tries) {
    server.listen(port, host);
    try {
      await once(server, 'listening');
      return;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || tries === 600) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
