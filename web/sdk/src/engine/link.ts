import { unavailable } from '../errors.js';
import type { Codec } from '../wire/codec.js';
import type { ClientFrame, ServerFrame } from '../wire/frames.js';
import { bytesOf } from '../wire/limits.js';

const MESSAGE_FRAMES = 1000;

/** What the SDK uses of a WebSocket: the browser's, or that of `ws` in Node.js. */
export interface Socket {
    binaryType: string;
    readonly readyState: number;
    send(data: string | Uint8Array): void;
    close(code?: number): void;
    onopen: ((event: never) => void) | null;
    onmessage: ((event: never) => void) | null;
    onclose: ((event: never) => void) | null;
    onerror: ((event: never) => void) | null;
}

export type SocketType = new (url: string, protocols: string[]) => Socket;

/** A connection: whole frames in, whole frames out. */
export class Link {
    /** Resolves when it is open. */
    readonly ready: Promise<void>;
    #socket: Socket;
    #codec: Codec;

    constructor(
        url: string,
        codec: Codec,
        socket: SocketType,
        told: { received: (frames: ServerFrame[]) => void; closed: (code: number) => void },
    ) {
        this.#codec = codec;
        this.#socket = new socket(url, [codec.subprotocol]);
        this.#socket.binaryType = 'arraybuffer';
        let isOpen = false;
        this.ready = new Promise((resolve, reject) => {
            this.#socket.onopen = () => {
                isOpen = true;
                resolve();
            };
            this.#socket.onclose = (event: { code?: number }) => {
                if (isOpen) {
                    told.closed(event.code ?? 1006);
                } else {
                    reject(unavailable('The server is unreachable.'));
                }
            };
        });
        // The close that follows tells it.
        this.#socket.onerror = () => undefined;
        this.#socket.onmessage = (event: { data: string | ArrayBuffer }) => {
            try {
                told.received(codec.decode(event.data));
            } catch {
                // What cannot be read is a fault of the way; a new connection begins anew.
                told.closed(1006);
            }
        };
    }

    /** Puts frames into as few messages as the server allows, of at most so many bytes. */
    send(frames: readonly ClientFrame[], most: number): void {
        let [from, bytes] = [0, 0];
        frames.forEach((frame, at) => {
            const data = this.#codec.encode([frame]);
            const size = typeof data === 'string' ? bytesOf(data) : data.length;
            if (at > from && (bytes + size > most || at - from >= MESSAGE_FRAMES)) {
                this.#write(frames.slice(from, at));
                [from, bytes] = [at, 0];
            }

            bytes += size;
        });
        if (frames.length > from) {
            this.#write(frames.slice(from));
        }
    }

    close(): void {
        const socket = this.#socket;
        socket.onmessage = socket.onclose = null;
        socket.close();
    }

    #write(frames: readonly ClientFrame[]): void {
        if (this.#socket.readyState === 1) {
            this.#socket.send(this.#codec.encode(frames));
        }
    }
}
