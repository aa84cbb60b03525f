// What the JavaScript programs do, timed as wire_speed.c times ours: a second of processor time.
// Usage: node wire_speed.mjs DIRECTORY-OF-node_modules PACKETS SHORT LONG
import { randomBytes, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [modules, packetsPath, shortPath, longPath] = process.argv.slice(2);
const require = createRequire(modules + '/');
const nacl = require('tweetnacl');
const { Decoder, Encoder } = require('socket.io-parser');
const SECONDS = 0.4;

/** Processor time of the main thread, without the helpers of the collector; of all threads where that is unknown. */
function mainThread() {
    try {
        return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e9;
    } catch {
        return allThreads();
    }
}

function allThreads() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
}

const results = {};

function measure(name, step, factor = 1) {
    for (let i = 0, start = mainThread(); mainThread() - start < SECONDS / 2; i++) step(); // compiled by then
    let turns = 1, count = 0, elapsed = 0;
    const start = mainThread();
    while (elapsed < SECONDS) {
        for (let i = 0; i < turns; i++) step();
        count += turns;
        elapsed = mainThread() - start;
        if (elapsed < SECONDS / 50) turns *= 2;
    }
    results[name] = (count / elapsed) * factor;
}

/** WebCrypto works on threads of its own, and is asked one thing at a time, as the programs do. */
async function measureAsync(name, step) {
    for (const start = allThreads(); allThreads() - start < SECONDS / 4;) await step();
    let count = 0, elapsed = 0;
    const start = allThreads();
    for (; elapsed < SECONDS; elapsed = allThreads() - start)
        for (let i = 0; i < 20; i++, count++) await step();
    results[name] = count / elapsed;
}

const key = randomBytes(32);
const cryptoKey = await webcrypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
const encoder = new TextEncoder(), decoder = new TextDecoder();

function sealLegacy(value) {
    const nonce = nacl.randomBytes(24);
    const box = nacl.secretbox(encoder.encode(JSON.stringify(value)), nonce, key);
    const sealed = new Uint8Array(24 + box.length);
    sealed.set(nonce);
    sealed.set(box, 24);
    return Buffer.from(sealed).toString('base64');
}

function openLegacy(text) {
    const sealed = new Uint8Array(Buffer.from(text, 'base64'));
    return JSON.parse(decoder.decode(nacl.secretbox.open(sealed.slice(24), sealed.slice(0, 24), key)));
}

async function sealDataKey(value) {
    const iv = webcrypto.getRandomValues(new Uint8Array(12));
    const text = encoder.encode(JSON.stringify(value));
    const cipher = await webcrypto.subtle.encrypt({ name: 'AES-GCM', iv }, cryptoKey, text);
    const sealed = new Uint8Array(13 + cipher.byteLength);
    sealed.set(iv, 1);
    sealed.set(new Uint8Array(cipher), 13);
    return Buffer.from(sealed.buffer).toString('base64');
}

async function openDataKey(text) {
    const sealed = Buffer.from(text, 'base64'), iv = sealed.subarray(1, 13);
    const plain = await webcrypto.subtle.decrypt({ name: 'AES-GCM', iv }, cryptoKey, sealed.subarray(13));
    return JSON.parse(decoder.decode(plain));
}

for (const [size, path] of [['1 KiB', shortPath], ['64 KiB', longPath]]) {
    const value = JSON.parse(readFileSync(path, 'utf8'));
    const legacy = sealLegacy(value), dataKey = await sealDataKey(value);
    measure(`seal legacy ${size}`, () => sealLegacy(value));
    measure(`open legacy ${size}`, () => openLegacy(legacy));
    await measureAsync(`seal dataKey ${size}`, () => sealDataKey(value));
    await measureAsync(`open dataKey ${size}`, () => openDataKey(dataKey));
}

const texts = readFileSync(packetsPath, 'utf8').split('\n').filter(Boolean);
const parsed = [];
const packetDecoder = new Decoder(), packetEncoder = new Encoder();
packetDecoder.on('decoded', (packet) => parsed.push(packet));
for (const text of texts) packetDecoder.add(text);
const packets = parsed.splice(0);
for (const [i, packet] of packets.entries())
    if (packetEncoder.encode(packet)[0] !== texts[i]) throw new Error(`printed differently: ${texts[i]}`);
measure('parse packets', () => {
    for (const text of texts) packetDecoder.add(text);
    parsed.length = 0;
}, texts.length);
measure('print packets', () => {
    for (const packet of packets) packetEncoder.encode(packet);
}, texts.length);

const bytes = randomBytes(65536), coded = bytes.toString('base64');
measure('base64 encode bytes', () => bytes.toString('base64'), bytes.length);
measure('base64 decode bytes', () => Buffer.from(coded, 'base64'), bytes.length);
console.log(JSON.stringify(results));
