import { type ConversationItem, isMessage } from '@connect-chat/sdk';
import { entryText, lineUsers, type Who } from './entries.js';
import { tickOf, tickOfOutgoing, type Tick } from './ticks.js';
import { t } from '../texts/en.js';

/** The second line of a conversation in the list. */
export interface Preview {
    /** Who wrote it, when that is not plain from the title; with its colon shown by the row. */
    readonly who: string;
    readonly text: string;
    readonly tick?: Tick;
    /** When it was; 0: never. */
    readonly time: number;
}

export function previewOf(item: ConversationItem, me: string, who: Who, endedBefore = 0): Preview {
    const { outgoing, last } = item;
    if (outgoing && outgoing.seq === undefined) {
        return { who: '', text: oneLine(outgoing.text), tick: tickOfOutgoing(outgoing), time: outgoing.time };
    }
    if (!last) return { who: '', text: t.list.nothing, time: 0 };
    const text = entryText(last, who);
    // The sentence of a change says who did it.
    if (!isMessage(last)) return { who: '', text, time: last.time };
    if (last.from === me) {
        return { who: '', text: oneLine(text), tick: tickOf(last, { ...item, endedBefore }), time: last.time };
    }
    return { who: item.kind === 'group' ? who.of(last.from) : '', text: oneLine(text), time: last.time };
}

/** Whose names the preview needs. */
export function previewUsers(item: ConversationItem): readonly string[] {
    if (item.kind === 'direct') return [];
    return [...(item.last ? lineUsers(item.last) : []), ...item.typing];
}

/** At most so much of a message as a line can hold. */
function oneLine(text: string): string {
    return [...text.slice(0, 400)].slice(0, 160).join('').replace(/\s+/gu, ' ').trim();
}
