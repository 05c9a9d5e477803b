/** The encoding connect.v1.pb, as an entry point of its own: it alone needs `@bufbuild/protobuf`. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { ClientFrameSchema } from './gen/connect/v1/client_pb.js';
import { ServerFrameSchema } from './gen/connect/v1/server_pb.js';
import type { Codec } from './wire/codec.js';
import type { ClientFrame, ServerFrame } from './wire/frames.js';
import { messageOf, plainOf } from './wire/plain.js';
import type { Plain } from './wire/plain.js';

/** connect.v1.pb: protobuf messages, each preceded by its length. */
export const protobufCodec: Codec = {
    subprotocol: 'connect.v1.pb',
    encode: (frames: readonly ClientFrame[]) => write(ClientFrameSchema, frames as readonly Plain[]),
    decode: (data) => {
        if (typeof data === 'string') throw new TypeError('A binary message was expected.');
        return read(ServerFrameSchema, new Uint8Array(data)) as ServerFrame[];
    },
};

function write(schema: DescMessage, frames: readonly Plain[]): Uint8Array {
    const writer = new BinaryWriter();
    for (const frame of frames) writer.bytes(toBinary(schema, messageOf(schema, frame)));
    return writer.finish();
}

function read(schema: DescMessage, data: Uint8Array): Plain[] {
    const reader = new BinaryReader(data);
    const frames: Plain[] = [];
    // The reader does not look behind the end by itself.
    while (reader.pos < reader.len) {
        const bytes = reader.bytes();
        if (reader.pos > reader.len) throw new RangeError('The message ends within a frame.');
        frames.push(plainOf(schema, fromBinary(schema, bytes)));
    }
    return frames;
}
