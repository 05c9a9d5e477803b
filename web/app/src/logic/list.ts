import type { ConversationItem } from '@connect-chat/sdk';

export interface VisibleItems {
    /** Newest first, without requests and hidden ones. */
    readonly shown: readonly ConversationItem[];
    readonly requests: readonly ConversationItem[];
}

/** What the list shows: hidden ones left out, requests apart, narrowed to titles that hold the word. */
export function visibleItems(items: readonly ConversationItem[], word: string): VisibleItems {
    const wanted = folded(word.trim());
    const found = items.filter((item) => !item.hidden && (wanted === '' || folded(item.title).includes(wanted)));
    return { shown: found.filter((item) => !item.request), requests: found.filter((item) => item.request) };
}

/** For comparing: without case and accents, in whichever form they are written. */
export function folded(text: string): string {
    return text
        .normalize('NFKD')
        .replace(/[\u0300-\u036f]/g, '')
        .toLocaleLowerCase();
}

/** A conversation that has nothing but the beginning of a first letter, by the other's name: in the list it stands above the others. */
export function begunItem(id: string, name: string): ConversationItem {
    return {
        id,
        kind: 'direct',
        title: name,
        peer: '',
        memberCount: 2,
        role: 'member',
        head: 0,
        delivered: 0,
        read: 0,
        unread: 0,
        request: false,
        hidden: false,
        others: [],
        typing: [],
    };
}

/** The conversation `by` steps from this one, or the first when this one is not in the list. */
export function neighbour(items: readonly ConversationItem[], id: string | undefined, by: number): string | undefined {
    const at = items.findIndex((item) => item.id === id);
    if (at < 0) return items[0]?.id;
    return items[Math.max(0, Math.min(items.length - 1, at + by))]?.id;
}

export function isMuted(item: ConversationItem, now: number): boolean {
    return (item.mutedUntil ?? 0) > now;
}
