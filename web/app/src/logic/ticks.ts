import { hasEnded, hasRead, hasReceived, type MemberPlace, type Outgoing, type ReceiptCounts } from '@connect-chat/sdk';

/** How far a message of one's own is. */
export type Tick = 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'late' | 'failed' | 'perhaps';

export interface Receipts {
    readonly others: readonly MemberPlace[];
    readonly counts?: ReceiptCounts | undefined;
    /** Members, oneself among them. */
    readonly memberCount: number;
    /** What is older and undelivered did not come in time; absent: that is not known. */
    readonly endedBefore?: number | undefined;
}

/**
 * The tick of a message that the server has: delivered and read mean by all others. Above 50 members there are numbers alone, of the
 * newest message that was asked for: they speak for older messages, too, since marks only rise.
 */
export function tickOf(entry: { readonly seq: number; readonly time: number }, receipts: Receipts): Tick {
    const { others, counts, memberCount, endedBefore = 0 } = receipts;
    const { seq } = entry;
    if (others.length > 0) {
        if (others.every((place) => hasRead(place, seq))) return 'read';
        if (others.every((place) => hasReceived(place, seq))) return 'delivered';
        return others.some((place) => hasEnded(place, entry, endedBefore)) ? 'late' : 'sent';
    }
    // So old, it may have ended for some that a newer one reached.
    const isOld = entry.time < endedBefore;
    if (!counts || (isOld ? counts.seq !== seq : counts.seq < seq) || memberCount < 2) return 'sent';
    if (counts.read >= memberCount - 1) return 'read';
    return counts.delivered >= memberCount - 1 ? 'delivered' : 'sent';
}

export function tickOfOutgoing(message: Outgoing): Tick {
    if (message.state === 'failed') return message.perhapsSent ? 'perhaps' : 'failed';
    return message.state;
}
