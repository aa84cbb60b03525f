// node realtime_client.mjs PROGRAM PREFIX: the official Socket.IO server and our client.
import { spawn } from "node:child_process";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer, connect as connectTcp } from "node:net";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import path from "node:path";

const [program, prefix] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(prefix), "node_modules", "x.js"));
const { Server } = require("socket.io");

let failures = 0;
function report(held, what, detail) {
  console.log(`${held ? "ok" : "not ok"} - ${what}${held || !detail ? "" : `: ${detail}`}`);
  if (!held) failures++;
}

// The client: its lines, in order.
class Client {
  constructor(url, ...options) {
    this.child = spawn(program, [url, ...options], { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = [];
    this.waiting = [];
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.lines.push(line);
      this.waiting.splice(0).forEach((wake) => wake());
    });
    this.ended = new Promise((resolve) => this.child.on("exit", (code, signal) => resolve(signal ?? code)));
  }
  say(line) {
    this.child.stdin.write(line + "\n");
  }
  // The next line that matches; those before it are dropped.
  async expect(pattern, milliseconds = 10000) {
    const deadline = Date.now() + milliseconds;
    const seen = [];
    for (;;) {
      while (this.lines.length > 0) {
        const line = this.lines.shift();
        seen.push(line);
        const match = pattern.exec(line);
        if (match) return match;
      }
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no line like ${pattern}, but ${JSON.stringify(seen)}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.push(() => (clearTimeout(timer), resolve()));
      });
    }
  }
  async quit() {
    this.child.stdin.end();
    const status = await this.ended;
    if (status !== 0) throw new Error(`the client ended with ${status}`);
  }
}

// The server, with what it was told.
function serve(port, options = {}) {
  const http = createHttpServer();
  const io = new Server(http, { path: "/v1/updates", transports: ["websocket", "polling"], ...options });
  const told = { auths: [], events: [], sockets: [], gone: [] };
  io.use((socket, next) => {
    told.auths.push(socket.handshake.auth);
    next(socket.handshake.auth.token === "good" ? undefined : new Error("Invalid authentication token"));
  });
  io.on("connection", (socket) => {
    told.sockets.push(socket);
    socket.on("disconnect", (reason) => told.gone.push(reason));
    socket.onAny((name, ...args) => told.events.push([name, ...args.filter((a) => typeof a !== "function")]));
    socket.on("echo", (...args) => {
      const answer = args.pop();
      if (typeof answer === "function") answer(...args);
      else socket.emit("echo-back", ...args, answer);
    });
    socket.on("binary", (bytes, answer) => answer(Buffer.from([...bytes].reverse()), bytes.length));
    socket.on("mute", () => {});
  });
  return new Promise((resolve) => {
    http.listen(port, "127.0.0.1", () => resolve({ io, http, told, port: http.address().port }));
  });
}

function stop(server) {
  server.http.closeAllConnections?.();
  return new Promise((resolve) => server.io.close(() => resolve()));
}

async function until(condition, what) {
  for (const deadline = Date.now() + 10000; !condition(); ) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// A relay that can stop relaying without closing anything.
function relay(target) {
  const state = { frozen: false, pairs: [] };
  const server = createTcpServer((near) => {
    const far = connectTcp(target, "127.0.0.1");
    state.pairs.push([near, far]);
    near.on("data", (data) => state.frozen || far.write(data));
    far.on("data", (data) => state.frozen || near.write(data));
    for (const [a, b] of [[near, far], [far, near]]) {
      a.on("error", () => {});
      a.on("close", () => state.frozen || b.destroy());
    }
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({
        port: server.address().port,
        freeze: () => (state.frozen = true),
        thaw: () => (state.frozen = false),
        close: () => {
          state.pairs.flat().forEach((s) => s.destroy());
          server.close();
        },
      }));
  });
}

const tests = {
  async "events, acknowledgements and binary values go both ways"() {
    const server = await serve(0);
    const client = new Client(`http://127.0.0.1:${server.port}/some/path`);
    client.say('emit ["early",1]');
    client.say('call 5000 ["echo","before"]');
    client.say("connect");
    const [, id] = await client.expect(/^connected (.{20})$/);
    await client.expect(/^reply \["before"\]$/);
    const socket = server.told.sockets[0];
    report(socket.id === id, "both know the same id");
    report(JSON.stringify(server.told.auths) === '[{"token":"good","connection":1}]', "the auth object arrives");
    report(socket.conn.transport.name === "websocket", "the transport is a WebSocket from the start");
    client.say('emit ["echo",{"n":1,"u":"é🚀"},null]');
    await client.expect(/^event \["echo-back",\{"n":1,"u":"é🚀"\},null\]$/);
    client.say("binary 5000 00ff10");
    await client.expect(/^reply \[\{"_placeholder":true,"num":0\},3\] 10ff00$/);
    const answer = await socket.timeout(5000).emitWithAck("ask", { a: Buffer.from([1, 2]) }, [Buffer.alloc(0), 3]);
    report(Buffer.isBuffer(answer.a) && answer.a.equals(Buffer.from([1, 2])), "an asked client answers with bytes");
    await client.expect(/^event \["ask",\{"a":\{"_placeholder":true,"num":0\}\},\[\{"_placeholder":true,"num":1\},3\]\] 0102 $/);
    client.say('call 100 ["mute"]');
    await client.expect(/^no reply timeout\|/);
    client.say('volatile ["tick"]');
    await client.expect(/^volatile 1$/);
    await until(() => server.told.events.some(([name]) => name === "tick"), "a volatile event");
    report(server.told.events[0][0] === "early", "what waited comes first");
    client.say("disconnect");
    await client.expect(/^disconnected io client disconnect\|.*\|-1$/);
    await until(() => server.told.gone.length === 1, "the server is told");
    report(server.told.gone[0] === "client namespace disconnect", "it leaves the namespace", server.told.gone[0]);
    await client.quit();
    await stop(server);
  },

  async "big values pass, and too big ones are refused before they cut the connection"() {
    const server = await serve(0);
    const client = new Client(`ws://127.0.0.1:${server.port}`);
    client.say("connect");
    await client.expect(/^connected/);
    client.say("flood 3 900000");
    await client.expect(/^flooded 3 /);
    await until(() => server.told.events.length === 3, "three large events");
    client.say("flood 1 1000000");
    await client.expect(/^flooded 0 a message of \d+ bytes is longer than the 1000000 the server takes/);
    server.told.sockets[0].emit("large", "y".repeat(5_000_000));
    await client.expect(/^event \["large","y{5000000}"\]$/);
    report(server.told.gone.length === 0, "the connection stays");
    await client.quit();
    await stop(server);
  },

  async "a refused client does not try again by itself"() {
    const server = await serve(0);
    const client = new Client(`http://127.0.0.1:${server.port}`);
    client.say("token bad");
    client.say("connect");
    await client.expect(/^failed refused\|http:\/\/127\.0\.0\.1:\d+ refused the connection: Invalid authentication token\|-1$/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    report(server.told.auths.length === 1, "it came once");
    client.say("token good");
    client.say("connect");
    await client.expect(/^connected/);
    await client.quit();
    await stop(server);
  },

  async "the server says goodbye"() {
    const server = await serve(0);
    const client = new Client(`http://127.0.0.1:${server.port}`);
    client.say("connect");
    await client.expect(/^connected/);
    server.told.sockets[0].disconnect();
    await client.expect(/^disconnected io server disconnect\|.*\|-1$/);
    client.say("connect");
    await client.expect(/^connected/);
    server.told.sockets[1].conn.close();
    await client.expect(/^disconnected transport close\|.*\|\d+$/);
    await client.expect(/^connected/);
    report(server.told.auths.length === 3, "the auth object is made anew for each connection", JSON.stringify(server.told.auths));
    await client.quit();
    await stop(server);
  },

  async "a server that is restarted is found again"() {
    let server = await serve(0);
    const { port } = server;
    const client = new Client(`http://127.0.0.1:${port}`);
    client.say("connect");
    await client.expect(/^connected/);
    client.say('call 20000 ["mute"]');
    await until(() => server.told.events.length === 1, "the call");
    await stop(server);
    await client.expect(/^no reply closed\|socket has been disconnected$/);
    const [, delay] = await client.expect(/^disconnected transport close\|.*\|(\d+)$/);
    report(delay >= 100 && delay <= 300, "the first delay is the least one, more or less by half", delay);
    client.say('call 20000 ["echo","waits"]');
    client.say('volatile ["tick"]');
    await client.expect(/^volatile 0$/);
    await client.expect(/^failed closed\|.*127\.0\.0\.1.*\|\d+$/);
    const [, second] = await client.expect(/^failed closed\|.*\|(\d+)$/);
    report(second >= 400 && second <= 1000, "delays grow", second);
    server = await serve(port);
    await client.expect(/^connected/);
    await client.expect(/^reply \["waits"\]$/);
    report(server.told.events[0][0] === "echo", "what waited is sent", JSON.stringify(server.told.events));
    await client.quit();
    await stop(server);
  },

  async "no retry waits when the network has changed"() {
    let server = await serve(0);
    const { port } = server;
    await stop(server);
    const client = new Client(`http://127.0.0.1:${port}`);
    client.say("connect");
    for (let i = 0; i < 4; i++) await client.expect(/^failed/);
    server = await serve(port);
    const begin = Date.now();
    client.say("network");
    await client.expect(/^connected/);
    report(Date.now() - begin < 400, "it is there at once", Date.now() - begin);
    await client.quit();
    await stop(server);
  },

  async "a connection that died silently is found after a network change"() {
    const server = await serve(0);
    const between = await relay(server.port);
    const client = new Client(`http://127.0.0.1:${between.port}`);
    client.say("connect");
    await client.expect(/^connected/);
    client.say("network");
    await new Promise((resolve) => setTimeout(resolve, 800));
    client.say('call 5000 ["echo","alive"]');
    await client.expect(/^reply \["alive"\]$/);
    between.freeze();
    client.say("network");
    await client.expect(/^disconnected ping timeout\|.*cannot be reached any more since the network changed\|/, 2000);
    between.thaw();
    await client.expect(/^connected/);
    await client.quit();
    between.close();
    await stop(server);
  },

  async "a server that does not ping any more is left"() {
    const server = await serve(0, { pingInterval: 300, pingTimeout: 200 });
    const between = await relay(server.port);
    const client = new Client(`http://127.0.0.1:${between.port}`);
    client.say("connect");
    await client.expect(/^connected/);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    report(server.told.gone.length === 0, "pings are answered");
    between.freeze();
    await client.expect(/^disconnected ping timeout\|nothing was heard of http:\/\/127\.0\.0\.1:\d+ any more\|/, 2000);
    between.thaw();
    await client.expect(/^connected/);
    await client.quit();
    between.close();
    await stop(server);
  },

  async "what is no such server is told apart"() {
    const plain = createHttpServer((request, response) => response.writeHead(404).end("nothing here"));
    await new Promise((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const client = new Client(`http://127.0.0.1:${plain.address().port}`);
    client.say("connect");
    await client.expect(/^failed refused\|.*404.*\|\d+$/);
    await client.quit();
    plain.closeAllConnections?.();
    await new Promise((resolve) => plain.close(resolve));
    const mute = createTcpServer(() => {});
    await new Promise((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const waiting = new Client(`http://127.0.0.1:${mute.address().port}`, "700");
    waiting.say("connect");
    await waiting.expect(/^failed timeout\|.*127\.0\.0\.1.*\|\d+$/, 3000);
    await waiting.quit();
    mute.close();
    const wrong = new Client("ftp://127.0.0.1/");
    await wrong.expect(/^invalid /);
    report((await wrong.ended) === 1, "a URL that is none is refused");
  },

  async "it may be freed by whatever it tells"() {
    for (const when of ["connected", "event", "reply", "disconnected", "failed"]) {
      const server = await serve(0);
      const client = new Client(`http://127.0.0.1:${server.port}`);
      if (when === "failed") client.say("token bad");
      client.say(`free ${when}`);
      if (when !== "connected") client.say('call 5000 ["echo",1]');
      client.say('emit ["echo",2]');
      client.say("connect");
      if (when === "disconnected") {
        await client.expect(/^connected/);
        await until(() => server.told.events.length === 2, "the events");
        server.told.sockets[0].conn.close();
      }
      await client.expect(/^freed$/);
      await client.quit();
      await stop(server);
    }
  },

  async "what waits for a connection is bounded"() {
    const client = new Client("http://127.0.0.1:1");
    client.say("flood 100 900000");
    await client.expect(/^flooded 9 \d+ bytes wait for a connection already/);
    await client.quit();
  },
};

for (const [name, run] of Object.entries(tests)) {
  try {
    await run();
    report(true, name);
  } catch (error) {
    report(false, name, error.message);
  }
}
process.exit(failures > 0 ? 1 : 0);
