import { createServer, request } from 'node:http';
import { connect, createServer as createNetServer, type AddressInfo, type Server } from 'node:net';

export interface Forward {
  readonly port: number;
  close(): Promise<void>;
}

async function listening(server: Server): Promise<Forward> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      (server as { closeAllConnections?(): void }).closeAllConnections?.();
    },
  };
}

/** What `ssh -L` does: bytes of another port, nothing looked at. */
export function forwardPort(to: number): Promise<Forward> {
  return listening(createNetServer((socket) => {
    const there = connect(to, '127.0.0.1');
    for (const [one, other] of [[socket, there], [there, socket]] as const) {
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  }));
}

/** What jupyter-server-proxy does: a page of its own below a prefix, which is taken off; sockets go through. */
export function proxyBelow(prefix: string, to: number): Promise<Forward> {
  const server = createServer((incoming, response) => {
    if (!incoming.url!.startsWith(prefix)) return void response.writeHead(404).end();
    const out = request({ host: '127.0.0.1', port: to, method: incoming.method, path: `/${incoming.url!.slice(prefix.length)}`, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    out.on('error', () => response.destroy());
    incoming.pipe(out);
  });
  server.on('upgrade', (incoming, socket, head) => {
    const there = connect(to, '127.0.0.1', () => {
      const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}`);
      there.write(`${incoming.method} /${incoming.url!.slice(prefix.length)} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      there.write(head);
      there.pipe(socket);
      socket.pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy());
  });
  return listening(server);
}
