import type { ClientFrame, ServerFrame } from './frames.js';

/** An encoding of frames in WebSocket messages. */
export interface Codec {
    /** What it is offered as in `Sec-WebSocket-Protocol`. */
    readonly subprotocol: string;
    /** All frames as one WebSocket message. */
    encode(frames: readonly ClientFrame[]): string | Uint8Array;
    /** The frames of one WebSocket message; throws when it cannot be read. */
    decode(data: string | ArrayBuffer): ServerFrame[];
}

/** Leaves out what means "not given": zero, empty and absent fields. What stands in a list stays. */
function given(this: unknown, _: string, value: unknown): unknown {
    const isEmpty = !value || (value as { length?: number }).length === 0;
    return isEmpty && !Array.isArray(this) ? undefined : value;
}

/** connect.v1.json: one JSON object a line. */
export const jsonCodec: Codec = {
    subprotocol: 'connect.v1.json',
    encode: (frames) => frames.map((frame) => JSON.stringify(frame, given) + '\n').join(''),
    // Throws a TypeError when it is no text at all.
    decode: (data) =>
        (data as string)
            .split('\n')
            .filter((line) => line)
            .map((line) => {
                const frame: unknown = JSON.parse(line);
                if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
                    throw new TypeError();
                }

                return frame as ServerFrame;
            }),
};
