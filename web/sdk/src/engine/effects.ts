import { emptyBatch, type StoreBatch } from '../stores/store.js';
import type { ClientFrame } from '../wire/frames.js';
import type { PortEvent } from './port.js';

/** What was decided, to be carried out in this order: the batch, the frames and the connection, the events, the rest. */
export interface Effects {
    batch: StoreBatch;
    frames: ClientFrame[];
    /** Close the connection once the frames are out. */
    close: boolean;
    /** Get a token and open a connection. */
    open: boolean;
    /** Get a token for the session that lives. */
    fetch: boolean;
    /** The server refused the token given before. */
    renew: boolean;
    events: PortEvent[];
    /** With a reason when the batch could not be kept: then nothing of this came to pass. */
    after: ((lost?: unknown) => void)[];
}

/** Who waits for an answer. */
export interface Waiter<T> {
    resolve: (value: T) => void;
    reject: (error: unknown) => void;
}

export const newEffects = (): Effects => ({
    batch: emptyBatch(),
    frames: [],
    close: false,
    open: false,
    fetch: false,
    renew: false,
    events: [],
    after: [],
});
