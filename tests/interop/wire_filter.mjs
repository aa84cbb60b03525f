// What Node seals, wire opens, and the reverse; what wire rewrites is what JSON.stringify gives.
// Usage: node wire_filter.mjs PROGRAM DIRECTORY-OF-node_modules [ROUNDS [SEED]]
import { spawn } from 'node:child_process';
import { webcrypto, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [program, modules, roundsText = '10000', seedText = String(Date.now())] = process.argv.slice(2);
const nacl = createRequire(modules + '/')('tweetnacl');
const rounds = Number(roundsText);
let state = Number(seedText) >>> 0;

/** A number from 0 to bound - 1 (mulberry32), so that a failure can be looked for again. */
function below(bound) {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % bound;
}

const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = [];
createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()(line));

const base64 = (bytes) => Buffer.from(bytes).toString('base64') || '-';

/** Asks the program. Gives a Buffer, or throws its error. */
async function wire(operation, key, data) {
    const line = await new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${operation} ${base64(key)} ${base64(data)}\n`);
    });
    if (line.startsWith('!')) throw new Error(line.slice(1));
    return Buffer.from(line, 'base64');
}

/** Mostly short, sometimes long, often around the sizes of blocks. */
function anyBytes() {
    if (below(64) === 0) return randomBytes(below(70000));
    return randomBytes([below(64), below(600), 16 * below(20) + below(3)][below(3)]);
}

const importKey = (key) =>
    webcrypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);

const formats = {
    legacy: {
        keys: () => { const key = randomBytes(32); return { seal: key, open: key }; },
        seal: (key, text) => {
            const nonce = randomBytes(24);
            return Buffer.concat([nonce, nacl.secretbox(text, nonce, key)]);
        },
        open: (key, sealed) => nacl.secretbox.open(sealed.subarray(24), sealed.subarray(0, 24), key),
    },
    dataKey: {
        keys: () => { const key = randomBytes(32); return { seal: key, open: key }; },
        seal: async (key, text) => {
            const iv = randomBytes(12);
            const sealed = await webcrypto.subtle.encrypt({ name: 'AES-GCM', iv }, await importKey(key), text);
            return Buffer.concat([Buffer.from([0]), iv, Buffer.from(sealed)]);
        },
        open: async (key, sealed) => {
            const iv = sealed.subarray(1, 13);
            if (sealed[0] !== 0) return null;
            return webcrypto.subtle.decrypt({ name: 'AES-GCM', iv }, await importKey(key), sealed.subarray(13));
        },
    },
    box: {
        keys: () => { const pair = nacl.box.keyPair(); return { seal: pair.publicKey, open: pair.secretKey }; },
        seal: (key, text) => {
            const ephemeral = nacl.box.keyPair(), nonce = randomBytes(24);
            return Buffer.concat([ephemeral.publicKey, nonce, nacl.box(text, nonce, key, ephemeral.secretKey)]);
        },
        open: (key, sealed) =>
            nacl.box.open(sealed.subarray(56), sealed.subarray(32, 56), sealed.subarray(0, 32), key),
    },
};

/** One text there and back, and one altered byte that must be noticed. */
async function sealedRound(name) {
    const format = formats[name], key = format.keys(), text = anyBytes();
    const theirs = Buffer.from(await format.seal(key.seal, text));
    if (!(await wire(`open-${name}`, key.open, theirs)).equals(text)) throw new Error('opened as something else');
    const ours = await wire(`seal-${name}`, key.seal, text);
    const opened = await format.open(key.open, ours);
    if (!opened || !Buffer.from(opened).equals(text)) throw new Error('Node opens it as something else');
    theirs[below(theirs.length)] ^= 1 << below(7);
    const altered = await wire(`open-${name}`, key.open, theirs).catch(() => null);
    if (altered) throw new Error('an altered one opened');
}

const pieces = ['a', 'é', '世', '🌍', '\u0000', '\u001f', '"', '\\', '/', '\u2028', '\ufeff', '\ud83d', '\ude00', '\u007f', 'x'.repeat(70)];
const anyString = () => Array.from({ length: below(6) }, () => pieces[below(pieces.length)]).join('');
const anyKey = () => (below(3) ? anyString() : String([0, 1, 7, 42, 4294967294, 4294967295, -1, '01'][below(8)]));

function anyNumber() {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, below(2 ** 32));
    view.setUint32(4, below(2 ** 32));
    return [below(1000), -below(2 ** 31), view.getFloat64(0), below(1e6) / 100, 2 ** below(80), 1767225600000 + below(1e9)][below(6)];
}

function anyValue(depth) {
    const kind = below(depth > 0 ? 7 : 5);
    if (kind < 2) return anyString();
    if (kind === 2) return anyNumber();
    if (kind === 3) return [true, false, null][below(3)];
    if (kind === 4) return {};
    if (kind === 5) return Array.from({ length: below(5) }, () => anyValue(depth - 1));
    return Object.fromEntries(Array.from({ length: below(6) }, () => [anyKey(), anyValue(depth - 1)]));
}

async function jsonRound() {
    const text = JSON.stringify(anyValue(5), null, [0, 0, 1, '\t'][below(4)]);
    const rewritten = (await wire('json', Buffer.alloc(0), Buffer.from(text))).toString();
    if (rewritten !== JSON.stringify(JSON.parse(text))) throw new Error(`${text} became ${rewritten}`);
}

let failed = 0;
for (const [name, round] of [...Object.keys(formats).map((name) => [name, () => sealedRound(name)]), ['json', jsonRound]]) {
    let reason = '';
    // In groups, so that neither side waits for the other most of the time.
    for (let left = rounds; left > 0 && !reason; left -= 50) {
        const group = Array.from({ length: Math.min(50, left) }, round);
        await Promise.all(group).catch((error) => { reason = error.message; });
    }
    console.log(reason ? `not ok - ${name}: seed ${seedText}: ${reason}` : `ok - ${name}: ${rounds} rounds`);
    failed += reason ? 1 : 0;
}
child.stdin.end();
process.exit(failed ? 1 : 0);
