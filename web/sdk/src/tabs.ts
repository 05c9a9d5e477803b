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
 * What to give a client as `tabs`: all clients of this name in this browser share one socket, one store and one outbox. The
 * name stands for one login of one server.
 *
 * Where the browser has no Web Locks each tab has a client of its own. They are one device, so the newest one is connected,
 * and the others are offline with `replaced_by_same_device` as their error until their page is loaded again.
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
