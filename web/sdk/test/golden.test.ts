import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage } from '@bufbuild/protobuf';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClientFrameSchema } from '../src/gen/connect/v1/client_pb.js';
import { ServerFrameSchema } from '../src/gen/connect/v1/server_pb.js';
import { protobufCodec } from '../src/protobuf.js';
import { jsonCodec } from '../src/wire/codec.js';
import type { ClientFrame } from '../src/wire/frames.js';
import { messageOf, plainOf } from '../src/wire/plain.js';
import type { Plain } from '../src/wire/plain.js';

const folder = new URL('../../../proto/vectors/', import.meta.url);
const names = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));

const textOf = (name: string) => readFileSync(new URL(`${name}.json`, folder), 'utf8');
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`${name}.bin`, folder)));
const schemaOf = (name: string): DescMessage => (name.startsWith('client-') ? ClientFrameSchema : ServerFrameSchema);

/** The varint in front of a frame. */
function body(bytes: Uint8Array): Uint8Array {
    let length = 0;
    let at = 0;
    for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++] ?? 0;
        length += (byte & 127) * 2 ** shift;
        if (byte < 128) break;
    }
    expect(bytes.length - at).toBe(length);
    return bytes.subarray(at);
}

test('there are golden frames of both sides', () => {
    expect(names.filter((name) => name.startsWith('client-')).length).toBeGreaterThan(35);
    expect(names.filter((name) => name.startsWith('server-')).length).toBeGreaterThan(45);
});

describe.each(names)('%s', (name) => {
    test('both files say the same', () => {
        const [frame] = jsonCodec.decode(textOf(name));
        expect(plainOf(schemaOf(name), fromBinary(schemaOf(name), body(bytesOf(name))))).toEqual(frame);
    });

    test('JSON is written byte by byte', () => {
        expect(jsonCodec.encode(jsonCodec.decode(textOf(name)) as ClientFrame[])).toBe(textOf(name));
    });

    test('protobuf is written byte by byte', () => {
        const [frame] = jsonCodec.decode(textOf(name));
        const bytes = toBinary(schemaOf(name), messageOf(schemaOf(name), frame as Plain));
        expect(Buffer.from(bytes)).toEqual(Buffer.from(body(bytesOf(name))));
    });
});

test('messages of many frames, as they go over the socket', () => {
    const clients = names.filter((name) => name.startsWith('client-'));
    const frames = clients.map((name) => jsonCodec.decode(textOf(name))[0] as ClientFrame);
    const written = protobufCodec.encode(frames) as Uint8Array;
    expect(Buffer.from(written)).toEqual(Buffer.concat(clients.map(bytesOf)));

    const servers = names.filter((name) => name.startsWith('server-'));
    const data = Buffer.concat(servers.map(bytesOf));
    const read = protobufCodec.decode(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
    expect(read).toEqual(servers.map((name) => jsonCodec.decode(textOf(name))[0]));
});

test('an unknown enum value and unknown fields are passed over', () => {
    const entry = messageOf(ServerFrameSchema, { entries: { entries: [{ seq: 4, kind: 'of a later version' }] } });
    expect(plainOf(ServerFrameSchema, entry)).toEqual({ entries: { entries: [{ seq: 4 }] } });
    // Field 15000 of a frame, and entry kind 99.
    const bytes = Uint8Array.from([0x08, 7, 0xc0, 0xa9, 0x07, 1]);
    expect(protobufCodec.decode(Uint8Array.from([bytes.length, ...bytes]).buffer)).toEqual([{ id: 7 }]);
});

test('a number that is none of the protocol is refused, not bent', () => {
    const bytes = Uint8Array.from([0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]);
    expect(() => protobufCodec.decode(Uint8Array.from([bytes.length, ...bytes]).buffer)).toThrow(RangeError);
});

test('the codecs refuse what is not theirs', () => {
    expect(() => protobufCodec.decode('{}')).toThrow(TypeError);
    expect(() => jsonCodec.decode(new ArrayBuffer(0))).toThrow(TypeError);
});

test('a message that is cut or torn is refused, or its frames are the first ones', () => {
    const whole = Buffer.concat(['server-sent', 'server-entries', 'server-welcome'].map(bytesOf));
    const frames = protobufCodec.decode(Uint8Array.from(whole).buffer);
    for (let length = 0; length < whole.length; length++) {
        let read: unknown[];
        try {
            read = protobufCodec.decode(Uint8Array.from(whole.subarray(0, length)).buffer);
        } catch {
            continue;
        }
        expect(read).toEqual(frames.slice(0, read.length));
    }
});

test('any text goes through both codecs unchanged', () => {
    fc.assert(
        fc.property(
            fc.string({ unit: 'grapheme', maxLength: 200 }),
            fc.nat({ max: Number.MAX_SAFE_INTEGER }),
            (text, seen) => {
                const frame: ClientFrame = { id: 1, send: { conversation: 'c1', cid: 'x', text, seen } };
                const bytes = protobufCodec.encode([frame]) as Uint8Array;
                const read = plainOf(ClientFrameSchema, fromBinary(ClientFrameSchema, body(bytes)));
                const json = JSON.parse(jsonCodec.encode([frame]) as string) as unknown;
                expect(read).toEqual(json);
                expect((read['send'] as ClientFrame['send'])?.text ?? '').toBe(text);
            },
        ),
    );
});
