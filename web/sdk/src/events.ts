import type { ConnectEvent } from './api.js';
import type { EnginePort, PortEvent } from './engine/port.js';
import { fromOf, toOf } from './entries.js';

/** Events that wait for a slow reader. Beyond, entries are read from the store, and of the others only the last of a kind is kept. */
const LIMIT = 1024;
const PAGE = 200;

const keyOf = (event: ConnectEvent): string =>
    [
        event.type,
        'conversation' in event && event.conversation,
        'place' in event && event.place.user,
        'presence' in event && event.presence.user,
        'cid' in event && event.cid,
    ].join();

/** Events from now on, in the order of each log; ends with the signal or when the iteration is left. */
export function eventsOf(
    port: EnginePort,
    wants: (event: ConnectEvent) => boolean,
    signal?: AbortSignal,
): AsyncIterableIterator<ConnectEvent> {
    const queue: ConnectEvent[] = [];
    // Of these conversations everything above `at` and up to `to` is to be read from the store.
    const behind = new Map<string, { at: number; to: number }>();
    let wake = (): void => undefined;
    let over = false;
    const end = port.onEvent((event: PortEvent) => {
        if (event.type === 'state' || event.type === 'room' || !wants(event)) {
            return;
        }

        if (event.type === 'entry' || event.type === 'skipped') {
            const left = behind.get(event.conversation);
            if (left) {
                left.to = toOf(event);
            } else if (queue.length >= LIMIT) {
                behind.set(event.conversation, { at: fromOf(event) - 1, to: toOf(event) });
            } else {
                queue.push(event);
            }
        } else {
            if (queue.length >= LIMIT) {
                const same = queue.findIndex((each) => keyOf(each) === keyOf(event));
                queue.splice(same, same < 0 ? 0 : 1);
            }

            queue.push(event);
        }

        wake();
    });
    const close = (): void => {
        over = true;
        end();
        signal?.removeEventListener('abort', close);
        wake();
    };
    signal?.addEventListener('abort', close);
    if (signal?.aborted) {
        close();
    }

    const refill = async (conversation: string, left: { at: number; to: number }): Promise<void> => {
        const items = await port.call('read', conversation, left.at, Infinity, PAGE);
        queue.push(...items);
        left.at = items.length > 0 ? toOf(items.at(-1) as (typeof items)[0]) : left.to;
        if (left.at >= left.to) {
            behind.delete(conversation);
        }
    };
    return {
        [Symbol.asyncIterator]() {
            return this;
        },
        async next() {
            for (;;) {
                const value = queue.shift();
                if (value) {
                    return { value, done: false };
                }

                const [first] = behind;
                if (over) {
                    return { value: undefined, done: true };
                } else if (first) {
                    await refill(...first);
                } else {
                    await new Promise<void>((resolve) => (wake = resolve));
                }
            }
        },
        async return() {
            close();
            return { value: undefined, done: true };
        },
    };
}
