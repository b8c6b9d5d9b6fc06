// A chat session over Node's own WebSocket.

// Resolves to the types of the welcome's frames; rejects when the token is refused.
export function welcomeOf(server, token) {
  const socket = new WebSocket(`ws://${server.address}/ws`, ['bearer', token]);
  const types = [];
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('the token was refused'));
    socket.onmessage = ({ data }) => {
      types.push(JSON.parse(data).type);
      if (types.at(-1) !== 'connected_users') return;
      socket.close();
      resolve(types);
    };
  });
}

// What a JWT says, unverified.
export function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
}
