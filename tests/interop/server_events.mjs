// The recorded conversation of nine sockets (tests/vectors/realtime-happy-events.json), step by step
// with the official Socket.IO client against happy-server; then RPC as it is recorded in
// realtime-happy-rpc-timing.json, and who is let in.
// Arguments: the program, npm's prefix, the directory of the vectors.
import { spawn } from "node:child_process";
import crypto from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import assert from "node:assert/strict";

const [program, prefix, vectors] = process.argv.slice(2);
const { io } = createRequire(`${prefix}/package.json`)("socket.io-client");
const QUIET = 120; // ms in which nothing else may come
const MINUTE = 60000;

// Push notifications and friends have tests of their own.
const LEFT_OUT = /^http-(push-event|friend)/;
// We answer where the recorded server leaves its client waiting.
const ANSWERED = { "update-metadata-unknown-session": "S1", "update-metadata-foreign-session": "UB" };
const TIMES = {
    "session-alive-future": 60 * MINUTE,
    "session-alive-nine-minutes-old": -9 * MINUTE,
    "session-alive-eleven-minutes-old": -11 * MINUTE,
    "session-end-old-time": -11 * MINUTE,
};

const directory = mkdtempSync("/tmp/hs");
const environment = { ...process.env, HANDY_MASTER_SECRET: "test-master-secret-for-vectors" };
for (const name of ["HOST", "PORT", "DATA_DIR", "PUBLIC_URL"]) delete environment[name];
const server = spawn(program, ["--listen", "127.0.0.1:0", "--data-dir", directory], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
});
const exited = new Promise((resolve) => server.once("exit", (status, signal) => resolve(signal ?? status)));
const url = await new Promise((resolve, reject) => {
    server.stdout.once("data", (line) => resolve(String(line).trim().split(" ").pop()));
    server.once("exit", () => reject(new Error("the server did not start")));
});

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
let failed = 0;
let passed = 0;
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

async function call(method, path, token, body) {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    if (body === undefined) delete headers["content-type"];
    const answer = await fetch(url + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    return { status: answer.status, body: await answer.json() };
}

async function logIn() {
    const { publicKey, privateKey } = crypto.generateKeyPairSync("ed25519");
    const challenge = crypto.randomBytes(32);
    const answer = await call("POST", "/v1/auth", null, {
        publicKey: publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64"),
        challenge: challenge.toString("base64"),
        signature: crypto.sign(null, challenge, privateKey).toString("base64"),
    });
    assert.equal(answer.status, 200);
    return answer.body.token;
}

function connect(auth, options = {}) {
    const socket = io(url, { path: "/v1/updates", auth, forceNew: true, reconnection: false, transports: ["websocket"], ...options });
    return new Promise((resolve, reject) => {
        socket.once("connect", () => resolve(socket));
        socket.once("connect_error", reject);
    });
}

const tokens = { A: await logIn(), B: await logIn() };
const values = { $MACHINE_1: crypto.randomUUID(), $MACHINE_2: crypto.randomUUID() };
for (const name of ["$ARTIFACT_1", "$ARTIFACT_2"]) values[name] = crypto.randomUUID();
for (const [name, token] of Object.entries(tokens)) values[`$USER_${name}`] = JSON.parse(Buffer.from(token.split(".")[1], "base64url")).sub;
const names = Object.keys(values).concat("$SESSION_1", "$SESSION_2");
const sockets = {};
const received = {};
let result; // what handlers of RPC answer with: a list of arguments

async function open(name, auth) {
    const socket = await connect(auth);
    sockets[name] = socket;
    received[name] = [];
    socket.onAny((event, ...rest) => {
        const reply = typeof rest.at(-1) === "function" ? rest.pop() : null;
        received[name].push([event, ...rest]);
        if (reply) reply(...result);
    });
}

function fill(value, time) {
    if (value === "<ms>") return time;
    if (typeof value === "string") return names.reduce((text, name) => (values[name] ? text.replaceAll(name, values[name]) : text), value);
    if (Array.isArray(value)) return value.map((item) => fill(item, time));
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, time)]));
    return value;
}

const PLACES = {
    "<ms>": (value) => Number.isInteger(value) && Math.abs(value - Date.now()) < 61 * MINUTE,
    "<cuid>": (value) => /^c[0-9a-z]{24}$/.test(value),
    "<id12>": (value) => /^[A-Za-z0-9]{12}$/.test(value),
};

// Numbers of updates and of messages differ where the recorded server wastes some.
function fits(found, wanted, key = "") {
    if (PLACES[wanted]) return PLACES[wanted](found);
    if (key === "seq" && wanted > 0) return Number.isInteger(found) && found > 0;
    if (Array.isArray(wanted)) return Array.isArray(found) && found.length === wanted.length && wanted.every((item, index) => fits(found[index], item));
    if (wanted && typeof wanted === "object") {
        if (!found || typeof found !== "object" || !isDeepStrictEqual(Object.keys(found).sort(), Object.keys(wanted).sort())) return false;
        return Object.entries(wanted).every(([name, item]) => fits(found[name], item, name));
    }
    return found === wanted;
}

const OPENED = {
    "machine-socket-connects": { M1: { clientType: "machine-scoped", machineId: "$MACHINE_1" } },
    "session-sockets-connect": {
        S1: { clientType: "session-scoped", sessionId: "$SESSION_1" },
        S1b: { clientType: "session-scoped", sessionId: "$SESSION_1" },
        S2: { clientType: "session-scoped", sessionId: "$SESSION_2" },
    },
};
const CLOSED = { "machine-socket-disconnects": ["M1"], "session-socket-disconnects": ["S1"] };

async function send(step) {
    const time = Date.now() + (TIMES[step.step] ?? 0);
    for (const { prefix: head, payload } of step.send ?? []) {
        const list = received[step.by];
        const parts = fill(payload, time);
        if (head === "42") sockets[step.by].emit(...parts);
        else sockets[step.by].emit(...parts, (...answer) => list.push(["<ack>", ...answer]));
    }
    for (const [name, auth] of Object.entries(OPENED[step.step] ?? {})) await open(name, { token: tokens.A, ...fill(auth) });
    for (const name of CLOSED[step.step] ?? []) sockets[name].disconnect();
    if (!step.http) return;
    const answer = await call(step.http.method, fill(step.http.path), tokens[step.http.as], fill(step.http.body, time));
    assert.equal(answer.status, step.http.status);
    if (/^http-create-session-[12]$/.test(step.step)) values[`$SESSION_${step.step.at(-1)}`] = answer.body.session.id;
    if (step.http.response) assert(fits(answer.body, fill(step.http.response, "<ms>")), JSON.stringify(answer.body));
}

function wantedOf(step) {
    const wanted = {};
    for (const [name, frames] of Object.entries(step.received))
        wanted[name] = frames.map(({ prefix: head, payload }) => fill(head.startsWith("43") ? ["<ack>", ...payload] : payload, "<ms>"));
    // The app wants a boolean, and drops what the recorded server passes on.
    if (step.step === "session-alive-thinking-truthy-string") for (const frames of Object.values(wanted)) frames[0][1].thinking = true;
    if (ANSWERED[step.step]) (wanted[ANSWERED[step.step]] ??= []).push(["<ack>", { result: "error" }]);
    return wanted;
}

async function replay(step) {
    for (const name of Object.keys(received)) received[name].length = 0;
    const answer = Object.values(step.received).flat().find(({ payload }) => payload[0]?.ok);
    result = !answer ? ["cmVzdWx0"] : "result" in answer.payload[0] ? [answer.payload[0].result] : [];
    await send(step);
    const wanted = wantedOf(step);
    const until = Date.now() + 5000;
    const isMissing = () => Object.entries(wanted).some(([name, frames]) => (received[name]?.length ?? 0) < frames.length);
    while (isMissing() && Date.now() < until) await pause(10);
    await pause(QUIET);
    for (const [name, frames] of Object.entries(received))
        assert(fits(frames, wanted[name] ?? []), `${name} got ${JSON.stringify(frames)}\nnot ${JSON.stringify(wanted[name] ?? [])}`);
}

async function refusal(auth) {
    return connect(auth).then(
        (socket) => (socket.disconnect(), "let in"),
        (error) => error.message,
    );
}

try {
    await check("who is not let in is told why", async () => {
        assert.equal(await refusal({}), "Missing authentication token");
        assert.equal(await refusal({ token: "x", clientType: "session-scoped" }), "Session ID required for session-scoped clients");
        assert.equal(await refusal({ token: "x", clientType: "machine-scoped" }), "Machine ID required for machine-scoped clients");
        assert.equal(await refusal({ token: "x" }), "Invalid authentication token");
        assert.equal(await refusal({ token: tokens.A }), "let in");
    });

    await open("M2", { token: tokens.A, clientType: "machine-scoped", machineId: values.$MACHINE_2 });
    await open("U1", { token: tokens.A, clientType: "user-scoped", appState: "background" });
    await open("U2", { token: tokens.A, clientType: "user-scoped" });
    await open("UN", { token: tokens.A });
    await open("UB", { token: tokens.B, clientType: "user-scoped" });
    const { steps } = JSON.parse(readFileSync(`${vectors}/realtime-happy-events.json`));
    for (const step of steps) if (!LEFT_OUT.test(step.step)) await check(step.step, () => replay(step));

    await check("ping is answered when it has no argument", async () => {
        assert.deepEqual(await sockets.U1.timeout(2000).emitWithAck("ping"), {});
        await assert.rejects(sockets.U1.timeout(300).emitWithAck("ping", 1));
    });
    await check("long polling serves as well", async () => {
        const socket = await connect({ token: tokens.A }, { transports: ["polling"] });
        assert.deepEqual(await socket.timeout(2000).emitWithAck("ping"), {});
        socket.disconnect();
    });

    const rpc = (method) => sockets.U1.timeout(60000).emitWithAck("rpc-call", { method, params: "p" });
    const took = async (promise) => {
        const start = Date.now();
        return [await promise, Date.now() - start];
    };
    const near = (time, wanted) => assert(time >= wanted - 50 && time < wanted + 2500, `${time} ms`);
    await Promise.all([
        check("RPC: nobody has the name for 15 s", async () => {
            const [answer, time] = await took(rpc("x:nobody"));
            assert.deepEqual(answer, { ok: false, error: "RPC method not available" });
            near(time, 15000);
        }),
        check("RPC: a name that is registered meanwhile is called", async () => {
            const socket = await connect({ token: tokens.A });
            socket.on("rpc-request", (request, reply) => reply(request));
            const call = took(rpc("x:late"));
            await pause(1000);
            socket.emit("rpc-register", { method: "x:late" });
            const [answer, time] = await call;
            assert.deepEqual(answer, { ok: true, result: { method: "x:late", params: "p" } });
            near(time, 1000);
            socket.disconnect();
        }),
        check("RPC: a target that goes is missed after 4 s", async () => {
            const socket = await connect({ token: tokens.A });
            socket.on("rpc-request", () => socket.disconnect());
            await new Promise((resolve) => socket.once("rpc-registered", resolve).emit("rpc-register", { method: "x:gone" }));
            const [answer, time] = await took(rpc("x:gone"));
            assert.deepEqual(answer, { ok: false, error: "RPC target disconnected" });
            near(time, 4000);
        }),
        check("RPC: an answer is awaited for 30 s", async () => {
            const socket = await connect({ token: tokens.A });
            await new Promise((resolve) => socket.once("rpc-registered", resolve).emit("rpc-register", { method: "x:mute" }));
            const [answer, time] = await took(rpc("x:mute"));
            assert.deepEqual(answer, { ok: false, error: "operation has timed out" });
            near(time, 30000);
            socket.disconnect();
        }),
        check("RPC: one's own name, and another account's", async () => {
            sockets.U1.emit("rpc-register", { method: "x:own" });
            assert.deepEqual(await rpc("x:own"), { ok: false, error: "Cannot call RPC on the same socket" });
            const [answer, time] = await took(sockets.UB.timeout(60000).emitWithAck("rpc-call", { method: "x:own" }));
            assert.deepEqual(answer, { ok: false, error: "RPC method not available" });
            near(time, 15000);
        }),
    ]);
} finally {
    const ended = new Promise((resolve) => sockets.U2?.once("disconnect", resolve));
    server.kill("SIGTERM");
    await check("the server ends: clients are cut off, not sent away", async () => {
        assert.equal(await ended, "transport close");
        assert.equal(await exited, 0);
    });
    for (const socket of Object.values(sockets)) socket.disconnect();
    rmSync(directory, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
