// The official Socket.IO and Engine.IO clients against tests/tools/realtime_server.
// Arguments: the program, and npm's prefix.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import assert from "node:assert/strict";

const [program, prefix] = process.argv.slice(2);
const require = createRequire(`${prefix}/package.json`);
const { io } = require("socket.io-client");
const { Socket: Engine } = require("engine.io-client");

let failed = 0;
let passed = 0;

class Server {
    static async start(...options) {
        const server = new Server();
        server.process = spawn(program, options, { stdio: ["pipe", "pipe", "inherit"] });
        server.port = await new Promise((resolve, reject) => {
            server.process.stdout.once("data", (line) => resolve(Number(line)));
            server.process.once("exit", () => reject(new Error("the server did not start")));
        });
        return server;
    }
    stop(how = "end") {
        return new Promise((resolve) => {
            this.process.once("exit", (status, signal) => resolve(signal ?? status));
            if (how === "end") this.process.stdin.end();
            else this.process.kill(how);
        });
    }
    socket(options = {}, namespace = "/") {
        return io(`http://127.0.0.1:${this.port}${namespace}`, { forceNew: true, reconnection: false, ...options });
    }
}

function within(promise, what, time = 15000) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`not in time: ${what}`)), time);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const next = (emitter, event) => within(new Promise((resolve) => emitter.once(event, (...values) => resolve(values))), event);

async function check(what, test) {
    try {
        await test();
        passed++;
        console.log(`ok - ${what}`);
    } catch (error) {
        failed++;
        console.log(`not ok - ${what}\n${error.stack}`);
    }
}

const quick = ["--app", "socket", "--ping-interval", "200", "--ping-timeout", "5000"];

async function exchange(server, options) {
    const socket = server.socket({ auth: { token: "123" }, ...options });
    const [auth] = await next(socket, "auth");
    assert.deepEqual(auth, { token: "123" });
    socket.emit("message", 1, "zwei", { drei: [true, null, "€\u2028"] });
    assert.deepEqual(await next(socket, "message-back"), [1, "zwei", { drei: [true, null, "€\u2028"] }]);
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => i & 255));
    socket.emit("message", bytes, { deep: [bytes, "and text"] });
    const [first, second] = await next(socket, "message-back");
    assert.ok(bytes.equals(Buffer.from(first)));
    assert.ok(bytes.equals(Buffer.from(second.deep[0])));
    const answer = await within(new Promise((resolve) => socket.emit("message-with-ack", "a", bytes, (...values) => resolve(values))), "ack");
    assert.equal(answer[0], "a");
    assert.ok(bytes.equals(Buffer.from(answer[1])));
    socket.once("question", (value, reply) => reply({ answer: value }));
    socket.emit("call-me", 42);
    assert.deepEqual(await next(socket, "answered"), [[{ answer: 42 }]]);
    const large = "x".repeat(900000);
    socket.emit("message", large);
    assert.deepEqual(await next(socket, "message-back"), [large]);
    for (let i = 0; i < 1000; i++) socket.emit("message", i);
    for (let i = 0; i < 1000; i++) {
        if (i === 0) await within(new Promise((resolve) => {
            const seen = [];
            socket.on("message-back", (value) => {
                seen.push(value);
                if (seen.length === 1000) {
                    assert.deepEqual(seen, Array.from({ length: 1000 }, (_, k) => k));
                    resolve();
                }
            });
        }), "a thousand in order");
    }
    return socket;
}

for (const [what, transports] of [["websocket only", ["websocket"]], ["polling only", ["polling"]], ["polling, then the upgrade", ["polling", "websocket"]]]) {
    await check(`${what}: events, binary, acknowledgements both ways, order, heartbeats`, async () => {
        const server = await Server.start(...quick);
        const socket = await exchange(server, { transports });
        const engine = socket.io.engine;
        if (transports.length === 2 && engine.transport.name !== "websocket") await next(engine, "upgrade");
        assert.equal(engine.transport.name, transports.at(-1));
        let pings = 0;
        socket.io.on("ping", () => pings++);
        await new Promise((resolve) => setTimeout(resolve, 700));
        assert.ok(pings >= 2, `${pings} pings`);
        socket.disconnect();
        assert.equal(await server.stop(), 0);
    });
}

await check("namespaces: joined, unknown, refused", async () => {
    const server = await Server.start(...quick);
    const custom = server.socket({ transports: ["websocket"] }, "/custom");
    assert.deepEqual(await next(custom, "auth"), [{}]);
    const unknown = server.socket({ transports: ["websocket"] }, "/unknown");
    assert.equal((await next(unknown, "connect_error"))[0].message, "Invalid namespace");
    const refused = server.socket({ transports: ["websocket"] }, "/refused");
    const [error] = await next(refused, "connect_error");
    assert.equal(error.message, "Not you");
    assert.deepEqual(error.data, { why: "test" });
    for (const socket of [custom, unknown, refused]) socket.disconnect();
    assert.equal(await server.stop(), 0);
});

await check("ends: by the server, by its transport, unanswered calls", async () => {
    const server = await Server.start(...quick);
    const leaving = server.socket({ transports: ["websocket"] });
    await next(leaving, "connect");
    leaving.emit("leave-me");
    assert.equal((await next(leaving, "disconnect"))[0], "io server disconnect");
    const cut = server.socket({ transports: ["websocket"] });
    await next(cut, "connect");
    cut.emit("close-me");
    assert.equal((await next(cut, "disconnect"))[0], "transport close");
    const silent = server.socket({ transports: ["websocket"] });
    await next(silent, "connect");
    silent.emit("call-me", 1);
    assert.deepEqual(await next(silent, "answered"), ["timeout"]);
    silent.disconnect();
    leaving.disconnect();
    assert.equal(await server.stop(), 0);
});

await check("reconnection: the server is killed and started again at the same port", async () => {
    const first = await Server.start(...quick);
    const socket = first.socket({ transports: ["websocket"], reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 100 });
    await next(socket, "connect");
    const id = socket.id;
    const lost = next(socket, "disconnect");
    await first.stop("SIGKILL");
    assert.equal((await lost)[0], "transport close");
    socket.emit("message", "while it was away");
    const second = await Server.start(...quick, "--port", String(first.port));
    assert.deepEqual(await next(socket, "message-back"), ["while it was away"]);
    assert.notEqual(socket.id, id);
    const closed = next(socket, "disconnect");
    await second.stop();
    assert.equal((await closed)[0], "transport close");
    const third = await Server.start(...quick, "--port", String(first.port));
    await next(socket, "connect");
    socket.disconnect();
    assert.equal(await third.stop(), 0);
});

await check("ping timeout: a client that does not answer is closed", async () => {
    const server = await Server.start("--app", "socket", "--ping-interval", "200", "--ping-timeout", "200");
    const socket = server.socket({ transports: ["websocket"] });
    await next(socket, "connect");
    socket.io.engine._sendPacket = () => {};
    assert.equal((await next(socket, "disconnect"))[0], "transport close");
    assert.equal(await server.stop(), 0);
});

await check("ping timeout: a server that is stopped is noticed", async () => {
    const server = await Server.start("--app", "socket", "--ping-interval", "200", "--ping-timeout", "300");
    const socket = server.socket({ transports: ["websocket"] });
    await next(socket, "connect");
    server.process.kill("SIGSTOP");
    assert.equal((await next(socket, "disconnect"))[0], "ping timeout");
    server.process.kill("SIGCONT");
    assert.equal(await server.stop(), 0);
});

await check("engine.io-client: text and binary through the upgrade", async () => {
    const server = await Server.start("--app", "engine", "--ping-interval", "200", "--ping-timeout", "5000");
    const engine = new Engine(`http://127.0.0.1:${server.port}`, { path: "/engine.io/" });
    await next(engine, "open");
    for (let i = 0; i < 200; i++) engine.send(i % 2 ? Buffer.from([i]) : `text ${i}`);
    const seen = [];
    await within(new Promise((resolve) => engine.on("message", (data) => seen.push(data) === 200 && resolve())), "200 echoes");
    seen.forEach((data, i) => (i % 2 ? assert.equal(Buffer.from(data)[0], i) : assert.equal(data, `text ${i}`)));
    if (engine.transport.name !== "websocket") await next(engine, "upgrade");
    engine.close();
    assert.equal(await server.stop(), 0);
});

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
