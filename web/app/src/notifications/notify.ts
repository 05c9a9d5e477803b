import { type ConversationItem, type Entry, isMessage } from '@connect-chat/sdk';
import { messageText } from '../logic/entries.js';
import { muteState } from '../logic/mute.js';

/** What decides whether a new entry makes a notification. */
export interface Moment {
    /** This user. */
    readonly user: string;
    readonly now: number;
    /** Nobody looks at any tab of this app in this browser. */
    readonly hidden: boolean;
    readonly permitted: boolean;
    readonly wanted: boolean;
    readonly showText: boolean;
}

export interface Note {
    readonly title: string;
    readonly body: string;
    /** A newer one of the same conversation takes its place. */
    readonly tag: string;
    readonly conversation: string;
    /** Of the message. */
    readonly seq: number;
}

/** How old an entry may be: what comes after a long absence is told by the list and the badge alone. */
export const freshMs = 10 * 60 * 1000;

export function shouldNotify(moment: Moment, entry: Entry, item: ConversationItem | undefined): boolean {
    if (!moment.permitted || !moment.wanted || !moment.hidden) return false;
    if (!isMessage(entry) || entry.from === moment.user) return false;
    if (!item || item.request || item.id !== entry.conversation) return false;
    if (muteState(item.mutedUntil, moment.now) !== 'off') return false;
    return entry.seq > item.read && moment.now - entry.time < freshMs;
}

export interface NoteWords {
    readonly newMessage: string;
    readonly app: string;
    inGroup(name: string, text: string): string;
}

const mostCharacters = 140;

/** `name`: of who wrote it, as far as it is known. */
export function noteOf(moment: Moment, entry: Entry, item: ConversationItem, name: string, words: NoteWords): Note {
    const { conversation, seq } = entry;
    const place = { tag: `connect-${conversation}`, conversation, seq };
    if (!moment.showText) return { ...place, title: words.app, body: words.newMessage };
    const written = messageText(entry);
    const characters = [...written];
    const text = characters.length > mostCharacters ? `${characters.slice(0, mostCharacters).join('')}…` : written;
    const body = item.kind === 'group' && name ? words.inGroup(name, text) : text;
    return { ...place, title: item.title || name || words.app, body };
}

/** Unread messages for the title and the badge: muted conversations, requests and hidden ones do not count. */
export function unreadTotal(items: readonly ConversationItem[], now: number): number {
    let total = 0;
    for (const item of items)
        if (!item.request && !item.hidden && muteState(item.mutedUntil, now) === 'off') total += item.unread;
    return total;
}

/** "(3) Connect"; above 99 the list does not count either. */
export function pageTitle(title: string, unread: number): string {
    if (unread <= 0) return title;
    return `(${unread > 99 ? '99+' : unread}) ${title}`;
}
