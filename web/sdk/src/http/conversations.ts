import { ask } from './ask.js';
import type { HttpApi } from './http.js';

/** What a conversation is to its user. */
export interface ConversationPatch {
    readonly request?: 'accept' | 'decline';
    /** A time; 0: no longer muted. */
    readonly mutedUntil?: number;
    readonly hidden?: boolean;
    /** Beside `hidden`: an entry above this seq brings it back. */
    readonly seen?: number;
}

/** The server tells the user's other devices only: whoever calls this reads the conversation again. */
export function patch(api: HttpApi, conversation: string, change: ConversationPatch): Promise<void> {
    return ask(api, 'PATCH', `/v1/conversations/${encodeURIComponent(conversation)}`, {
        request: change.request,
        muted_until: change.mutedUntil,
        hidden: change.hidden,
        seen: change.seen,
    });
}
