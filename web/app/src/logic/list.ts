import type { ConversationItem } from '@connect-chat/sdk';

export interface VisibleItems {
    /** Newest first, without requests and hidden ones. */
    readonly shown: readonly ConversationItem[];
    readonly requests: readonly ConversationItem[];
}

/** What the list shows: hidden ones left out, requests apart, narrowed to titles that hold the word. */
export function visibleItems(items: readonly ConversationItem[], word: string): VisibleItems {
    const wanted = word.trim().toLocaleLowerCase();
    const found = items.filter(
        (item) => !item.hidden && (wanted === '' || item.title.toLocaleLowerCase().includes(wanted)),
    );
    return { shown: found.filter((item) => !item.request), requests: found.filter((item) => item.request) };
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
