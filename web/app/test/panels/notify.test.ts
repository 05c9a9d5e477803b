import type { ConversationItem, Entry } from '@connect-chat/sdk';
import { describe, expect, test } from 'vitest';
import { always } from '../../src/logic/mute.js';
import { freshMs, type Moment, noteOf, pageTitle, shouldNotify, unreadTotal } from '../../src/notifications/notify.js';
import { panels } from '../../src/texts/panels.en.js';

const now = 1_795_000_000_000;
const moment: Moment = { user: 'me', now, hidden: true, permitted: true, wanted: true, showText: true };
const item: ConversationItem = {
    id: 'c1',
    kind: 'direct',
    title: 'bob',
    peer: 'u2',
    memberCount: 2,
    role: 'member',
    head: 7,
    delivered: 7,
    read: 6,
    unread: 1,
    request: false,
    hidden: false,
    others: [],
    typing: [],
};
const entry: Entry = {
    type: 'entry',
    conversation: 'c1',
    seq: 7,
    time: now - 1000,
    kind: 'message',
    from: 'u2',
    cid: 'x',
    text: 'Hello',
};
const words = { ...panels.notifications, app: 'Connect' };

describe('a notification is shown', () => {
    test('for a fresh message of somebody else in the background', () => {
        expect(shouldNotify(moment, entry, item)).toBe(true);
    });

    test.each<[string, Partial<Moment>, Partial<Entry>, Partial<ConversationItem>]>([
        ['while the page is seen', { hidden: false }, {}, {}],
        ['without permission', { permitted: false }, {}, {}],
        ['when it is switched off', { wanted: false }, {}, {}],
        ['for a message of this user', {}, { from: 'me' }, {}],
        ['for a change of members', {}, { kind: 'added' }, {}],
        ['for what is read', {}, { seq: 6 }, {}],
        ['for what is old', {}, { time: now - freshMs }, {}],
        ['when it is muted', {}, {}, { mutedUntil: now + 1 }],
        ['when it is muted for ever', {}, {}, { mutedUntil: always }],
        ['for a request', {}, {}, { request: true }],
        ['by the item of another conversation', {}, {}, { id: 'c2' }],
    ])('not %s', (_, at, what, where) => {
        expect(shouldNotify({ ...moment, ...at }, { ...entry, ...what }, { ...item, ...where })).toBe(false);
    });

    test('not while the conversation is not known, and again when muting is over', () => {
        expect(shouldNotify(moment, entry, undefined)).toBe(false);
        expect(shouldNotify(moment, entry, { ...item, mutedUntil: now })).toBe(true);
    });
});

describe('what it says', () => {
    test('who and what in a direct conversation, and in a group who of it', () => {
        expect(noteOf(moment, entry, item, 'bob', words)).toMatchObject({ title: 'bob', body: 'Hello' });
        const group = { ...item, kind: 'group' as const, title: 'Lunch' };
        expect(noteOf(moment, entry, group, 'bob', words)).toMatchObject({ title: 'Lunch', body: 'bob: Hello' });
    });

    test('nothing of it when texts are not to be shown', () => {
        const note = noteOf({ ...moment, showText: false }, entry, item, 'bob', words);
        expect(JSON.stringify(note)).not.toMatch(/bob|Hello/);
        expect(note.conversation).toBe('c1');
    });

    test('the beginning of a long text, cut between characters', () => {
        const note = noteOf(moment, { ...entry, text: '😀'.repeat(500) }, item, 'bob', words);
        expect(note.body).toBe(`${'😀'.repeat(140)}…`);
    });
});

test('the badge leaves out what is muted, a request or hidden', () => {
    const items = [
        item,
        { ...item, unread: 4 },
        { ...item, unread: 9, mutedUntil: now + 1 },
        { ...item, unread: 9, request: true },
        { ...item, unread: 9, hidden: true },
    ];
    expect(unreadTotal(items, now)).toBe(5);
    expect(unreadTotal([], now)).toBe(0);
});

test('the title of the page counts up to 99', () => {
    expect([0, 3, 99, 100].map((n) => pageTitle('Connect', n))).toEqual([
        'Connect',
        '(3) Connect',
        '(99) Connect',
        '(99+) Connect',
    ]);
});
