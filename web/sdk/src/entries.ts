/**
 * The elements of a conversation's log. A new kind of entry is added here: to `EntryKind`, and to the table of kinds below, which
 * the compiler then asks for.
 */

export type Role = 'member' | 'admin' | 'owner';

export type EntryKind =
    | 'message'
    | 'created'
    | 'added'
    | 'removed'
    | 'left'
    | 'role'
    | 'title'
    | 'invited'
    | 'invite_accepted'
    | 'invite_ended'
    /** A kind this version does not know: skip it when displaying, but count its seq. */
    | 'unknown';

/** What a change of membership, role or title did. */
export interface EntryChange {
    readonly user?: string | undefined;
    readonly role?: Role | undefined;
    readonly title?: string | undefined;
    /** The first members of a new group. */
    readonly users?: readonly string[] | undefined;
}

/** One numbered element of a conversation's log. */
export interface Entry {
    readonly type: 'entry';
    readonly conversation: string;
    readonly seq: number;
    readonly time: number;
    readonly kind: EntryKind;
    /** The user who wrote the message or made the change. */
    readonly from: string;
    /** The id its sender gave a message; empty for other kinds. */
    readonly cid: string;
    /** The text of a message; empty for other kinds. Always plain text, never markup. */
    readonly text: string;
    readonly change?: EntryChange | undefined;
}

/** A range of seqs that will never arrive. */
export interface Skipped {
    readonly type: 'skipped';
    readonly conversation: string;
    readonly from: number;
    readonly to: number;
    readonly why: 'not_member' | 'expired' | 'deleted' | 'unknown';
}

export type LogItem = Entry | Skipped;

/** Each kind this version knows; 1 for what people write, 0 for what happens to the conversation. */
const KINDS: Readonly<Record<Exclude<EntryKind, 'unknown'>, 0 | 1>> = {
    message: 1,
    created: 0,
    added: 0,
    removed: 0,
    left: 0,
    role: 0,
    title: 0,
    invited: 0,
    invite_accepted: 0,
    invite_ended: 0,
};

/** The kind that the wire names, as far as this version knows it. */
export const toKind = (word = ''): EntryKind => (Object.hasOwn(KINDS, word) ? (word as EntryKind) : 'unknown');

/** Whether somebody wrote it: only that counts as unread, is acknowledged to its sender and is worth a notification. */
export const isMessage = (item: LogItem): item is Entry & { readonly kind: 'message' } =>
    !!KINDS[(item as Entry).kind as keyof typeof KINDS];

/** The first and the last seq of an item. */
export const fromOf = (item: LogItem): number => ('seq' in item ? item.seq : item.from);
export const toOf = (item: LogItem): number => ('seq' in item ? item.seq : item.to);
