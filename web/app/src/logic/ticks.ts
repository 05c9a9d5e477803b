import type { MemberPlace, Outgoing, ReceiptCounts } from '@connect-chat/sdk';

/** How far a message of one's own is. */
export type Tick = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'perhaps';

export interface Receipts {
    readonly others: readonly MemberPlace[];
    readonly counts?: ReceiptCounts | undefined;
    /** Members, oneself among them. */
    readonly memberCount: number;
}

/**
 * The tick of a message that the server has: delivered and read mean by all others. Above 50 members there are numbers alone, of the
 * newest message that was asked for: they speak for older messages, too, since marks only rise.
 */
export function tickOf(seq: number, receipts: Receipts): Tick {
    const { others, counts, memberCount } = receipts;
    if (others.length > 0) {
        if (others.every((place) => place.read >= seq)) return 'read';
        return others.every((place) => Math.max(place.delivered, place.read) >= seq) ? 'delivered' : 'sent';
    }
    if (!counts || counts.seq < seq || memberCount < 2) return 'sent';
    if (counts.read >= memberCount - 1) return 'read';
    return counts.delivered >= memberCount - 1 ? 'delivered' : 'sent';
}

export function tickOfOutgoing(message: Outgoing): Tick {
    if (message.state === 'failed') return message.perhapsSent ? 'perhaps' : 'failed';
    return message.state;
}
