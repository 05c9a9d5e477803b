import { type Entry, isMessage } from '@connect-chat/sdk';
import { t } from '../texts/en.js';

/** How a user is called in a sentence; the second for the one it happens to ("Ann added you"). */
export interface Who {
    of(user: string): string;
    object(user: string): string;
}

/** An entry in words, wherever it is shown: what was written, or what happened as a sentence. */
export function entryText(entry: Entry, who: Who): string {
    return isMessage(entry) ? messageText(entry) : lineText(entry, who);
}

/** What somebody wrote. A new kind of message gets its words here. */
export function messageText(entry: Entry): string {
    return entry.text;
}

/** A change of a group as a sentence for people. A new kind that is no message gets its words here. */
export function lineText(entry: Entry, who: Who): string {
    const from = who.of(entry.from);
    const { user = '', users = [], title = '', role = 'member' } = entry.change ?? {};
    const whom = who.object(user);
    switch (entry.kind) {
        case 'created': {
            const others = users.filter((other) => other !== entry.from).map((other) => who.object(other));
            return others.length > 0 ? t.line.createdWith(from, others) : t.line.created(from);
        }
        case 'added':
            return t.line.added(from, whom);
        case 'removed':
            return t.line.removed(from, whom);
        case 'left':
            return t.line.left(who.of(user || entry.from));
        case 'role':
            return t.line.role(from, whom, t.line.roles[role]);
        case 'title':
            return t.line.title(from, title);
        case 'invited':
            return t.line.invited(from, whom);
        case 'invite_accepted':
            return t.line.inviteAccepted(who.of(user || entry.from));
        case 'invite_ended':
            return t.line.inviteEnded(whom);
        default:
            return t.line.unknown;
    }
}

/** Everybody a line speaks of. */
export function lineUsers(entry: Entry): readonly string[] {
    return [entry.from, entry.change?.user ?? '', ...(entry.change?.users ?? [])].filter((user) => user !== '');
}
