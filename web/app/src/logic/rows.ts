import { type Entry, isMessage, type LogItem, type Outgoing, type Skipped } from '@connect-chat/sdk';
import { dayOf } from '../texts/format.js';

interface Place {
    /** Stays the same from the outbox to the log, so that a row is not drawn anew when the server has it. */
    readonly key: string;
    /** The first of its day: the time to name the day by. */
    readonly day?: number;
    /** The first that was not read when the conversation was opened. */
    readonly unread?: boolean;
}

interface Grouped {
    /** First and last of a run of one author. */
    readonly first: boolean;
    readonly last: boolean;
}

export type Row = Place &
    (
        | { readonly kind: 'begin' }
        | ({ readonly kind: 'message'; readonly entry: Entry; readonly mine: boolean } & Grouped)
        | ({ readonly kind: 'outgoing'; readonly message: Outgoing } & Grouped)
        | { readonly kind: 'line'; readonly entry: Entry }
        | { readonly kind: 'skipped'; readonly item: Skipped }
    );

export interface RowsOf {
    readonly items: readonly LogItem[];
    readonly outgoing: readonly Outgoing[];
    readonly hasOlder: boolean;
    readonly me: string;
    /** Where the line of new messages stands: above the first message of another with a greater seq. */
    readonly unreadAfter: number;
}

/** Messages of one author within this time stand together. */
const togetherMs = 5 * 60_000;

/** The rows of a conversation, one for each item, so that older ones may be put in front without a shift of the others. */
export function rowsOf(of: RowsOf): readonly Row[] {
    const drafts = draftRows(of);
    const line = unreadLine(of, of.unreadAfter);
    const rows: Row[] = of.hasOlder ? [] : [{ kind: 'begin', key: 'begin' }];
    let day = 0;
    for (const [i, draft] of drafts.entries()) {
        const today = draft.time === 0 ? day : dayOf(draft.time);
        const place: Place = {
            key: draft.key,
            ...(today !== day ? { day: draft.time } : {}),
            ...(line !== undefined && draft.seq === line ? { unread: true } : {}),
        };
        day = today;
        const next = drafts[i + 1];
        const first = place.day !== undefined || place.unread === true || !together(drafts[i - 1], draft);
        const last =
            !together(draft, next) || (next !== undefined && (next.seq === line || dayOf(next.time) !== today));
        rows.push(finish(draft, place, { first, last }, of.me));
    }
    return rows;
}

/**
 * The seq that the line of new messages stands above; undefined when there is none, or when it stands somewhere above the part that
 * is shown.
 */
export function unreadLine(
    { items, hasOlder, me }: Pick<RowsOf, 'items' | 'hasOlder' | 'me'>,
    after: number,
): number | undefined {
    const [first] = items;
    if (first && hasOlder && fromOf(first) > after + 1) return undefined;
    for (const item of items) {
        if (isMessage(item) && item.seq > after && item.from !== me) return item.seq;
    }
    return undefined;
}

/** Where the unread ones begin. What ended undelivered is not read either, and counts no more. */
export const readUpTo = ({
    read,
    info,
}: {
    read: number;
    info?: { unread: number; head: number } | undefined;
}): number => (info?.unread === 0 ? Math.max(read, info.head) : read);

/** Where the row of a seq is, or the nearest one after it; the last one when all are before it. */
export function indexOfSeq(rows: readonly Row[], seq: number): number {
    const at = rows.findIndex((row) => lastSeq(row) >= seq);
    return at < 0 ? rows.length - 1 : at;
}

/** The greatest seq of the rows up to an index: what has been seen when that row is in sight. */
export function seenSeq(rows: readonly Row[], index: number): number {
    for (let i = Math.min(index, rows.length - 1); i >= 0; i--) {
        const seq = lastSeq(rows[i]);
        if (seq > 0) return seq;
    }
    return 0;
}

/** The last seq that a row stands for; 0 for one that stands for none. */
function lastSeq(row: Row | undefined): number {
    if (row?.kind === 'message' || row?.kind === 'line') return row.entry.seq;
    return row?.kind === 'skipped' ? row.item.to : 0;
}

const fromOf = (item: LogItem): number => (item.type === 'entry' ? item.seq : item.from);

/** What tells whether rows were put in front: it falls with each older item, and is lowest at the beginning. */
export function frontOf(rows: readonly Row[]): number {
    const row = rows[0];
    switch (row?.kind) {
        case 'begin':
            return -1;
        case 'message':
        case 'line':
            return row.entry.seq;
        case 'skipped':
            return row.item.from;
        default:
            return Number.MAX_SAFE_INTEGER;
    }
}

interface Draft {
    readonly key: string;
    readonly time: number;
    readonly seq: number;
    /** Whose run it may join; empty: nobody's. */
    readonly author: string;
    readonly of: LogItem | Outgoing;
}

function draftRows({ items, outgoing, me }: RowsOf): readonly Draft[] {
    const logged = new Set<string>();
    const drafts: Draft[] = items.map((item) => {
        if (item.type === 'skipped') return { key: `s${item.from}`, time: 0, seq: item.to, author: '', of: item };
        const message = isMessage(item);
        if (message && item.from === me) logged.add(item.cid);
        const key = message && item.from === me && item.cid !== '' ? item.cid : `e${item.seq}`;
        return { key, time: item.time, seq: item.seq, author: message ? item.from : '', of: item };
    });
    for (const message of outgoing) {
        // For a moment a message is in both.
        if (logged.has(message.cid)) continue;
        drafts.push({ key: message.cid, time: message.time, seq: -1, author: me, of: message });
    }
    return drafts;
}

function together(a: Draft | undefined, b: Draft | undefined): boolean {
    return (
        a !== undefined && b !== undefined && a.author !== '' && a.author === b.author && b.time - a.time < togetherMs
    );
}

function finish({ of, author }: Draft, place: Place, grouped: Grouped, me: string): Row {
    if (!('type' in of)) return { kind: 'outgoing', message: of, ...place, ...grouped };
    if (of.type === 'skipped') return { kind: 'skipped', item: of, ...place };
    if (!isMessage(of)) return { kind: 'line', entry: of, ...place };
    return { kind: 'message', entry: of, mine: author === me, ...place, ...grouped };
}
