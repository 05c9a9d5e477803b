import type { StateChange } from '@connect-chat/sdk';
import { t } from '../texts/en.js';

export interface ConnectionWords {
    readonly text: string;
    readonly warn: boolean;
    readonly busy: boolean;
    /** How long to wait before it is said, in ms. */
    readonly patience: number;
    readonly action?: { readonly kind: 'connect' | 'reload'; readonly label: string };
}

/** What to say of the connection; undefined when all is well. `online`: what the browser says of the network. */
export function connectionWords(change: StateChange, online: boolean): ConnectionWords | undefined {
    switch (change.state) {
        case 'live':
            // The connection may still stand, or only seem to: the SDK finds out, the words are true of both.
            return online ? undefined : { text: t.state.deviceOffline, warn: true, busy: false, patience: 300 };
        case 'syncing':
            if (!online) return { text: t.state.deviceOffline, warn: true, busy: false, patience: 300 };
            return { text: t.state.syncing, warn: false, busy: true, patience: 1500 };
        case 'connecting':
            if (!online) return { text: t.state.offline, warn: true, busy: false, patience: 300 };
            if (!change.error) return { text: t.state.connecting, warn: false, busy: true, patience: 1000 };
            return { text: t.state.lost, warn: true, busy: true, patience: 1000 };
        case 'offline':
            return stopped(change.error?.close ?? 0);
    }
}

function stopped(close: number): ConnectionWords {
    const said = { warn: true, busy: false, patience: 600 };
    const connect = { kind: 'connect', label: t.state.connect } as const;
    switch (close) {
        case 4503:
            return { ...said, text: t.state.upgrade, action: { kind: 'reload', label: t.state.reload } };
        case 4504:
            return { ...said, text: t.state.tooMany, action: connect };
        case 4505:
            // The store is the other one's now: only a client that begins anew may have it.
            return { ...said, text: t.state.elsewhere, action: { kind: 'reload', label: t.state.useHere } };
        default:
            return { ...said, text: t.state.stopped, action: connect };
    }
}
