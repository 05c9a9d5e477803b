/** One socket for all tabs of a browser, as an entry point of its own. */
import type { EnginePort } from './engine/port.js';
import type { FollowerTimes } from './tabs/follower.js';
import type { Channel, TabLocks } from './tabs/messages.js';
import { TabPort } from './tabs/port.js';

export type { Channel, TabLocks } from './tabs/messages.js';

export interface TabsOptions extends Partial<FollowerTimes> {
    readonly handoverMs?: number;
    /** Another than the browser's own, for tests. */
    readonly locks?: TabLocks;
    readonly channel?: (name: string) => Channel;
    /** Tells `freeze` and `resume` of the page; the document unless given. */
    readonly life?: EventTarget;
}

/**
 * Pass the result to a client as `share`: all clients with this name in this browser then share one socket, one store and one
 * outbox. Use one name for each login on each server.
 *
 * In browsers without Web Locks each tab has its own client. All of them are the same device, so only the newest is connected;
 * the others go offline with the error `replaced_by_same_device` until their page is reloaded.
 */
export function shareTabs(name: string, options: TabsOptions = {}): (open: () => EnginePort) => EnginePort {
    const locks = options.locks ?? (globalThis.navigator?.locks as unknown as TabLocks | undefined);
    const channelOf = options.channel ?? broadcastChannel();
    if (locks === undefined || channelOf === undefined) return (open) => open();
    const {
        pingMs = 400,
        patienceMs = 1_000,
        callMs = 30_000,
        handoverMs = 300,
        life = globalThis.document as EventTarget | undefined,
    } = options;
    return (open) =>
        new TabPort(open, {
            name: `connect:${name}`,
            locks,
            channel: channelOf(`connect:${name}`),
            times: { pingMs, patienceMs, callMs },
            handoverMs,
            life,
        });
}

function broadcastChannel(): ((name: string) => Channel) | undefined {
    return typeof BroadcastChannel === 'function' ? (name) => new BroadcastChannel(name) as Channel : undefined;
}
