import type { ConversationItem, Entry } from '@connect-chat/sdk';
import { describe, expect, test } from 'vitest';
import { hueOf, initialsOf } from '../../src/logic/avatar.js';
import { byteLength } from '../../src/logic/bytes.js';
import { connectionWords } from '../../src/logic/connection.js';
import { passwordFault, usernameFault } from '../../src/logic/credentials.js';
import { dayName, daysAgo } from '../../src/texts/format.js';
import { lineText } from '../../src/logic/entries.js';
import { neighbour, visibleItems } from '../../src/logic/list.js';
import { previewOf } from '../../src/logic/preview.js';
import { sampleWorld } from '../fake/world.js';

const who = {
    of: (user: string) => (user === 'me' ? 'You' : user),
    object: (user: string) => (user === 'me' ? 'you' : user),
};
const entry = (kind: Entry['kind'], change?: Entry['change'], from = 'ann'): Entry => ({
    type: 'entry',
    conversation: 'c',
    seq: 1,
    time: 0,
    kind,
    from,
    cid: '',
    text: '',
    ...(change ? { change } : {}),
});

test.each([
    [entry('created', { users: ['ann', 'me', 'bob'] }), 'ann created the group with you and bob'],
    [entry('created', undefined, 'me'), 'You created the group'],
    [entry('added', { user: 'me' }), 'ann added you'],
    [entry('removed', { user: 'bob' }), 'ann removed bob'],
    [entry('left'), 'ann left'],
    [entry('role', { user: 'bob', role: 'admin' }), 'ann made bob an admin'],
    [entry('title', { title: 'Tea' }), 'ann named the group “Tea”'],
    [entry('invited', { user: 'me' }), 'ann invited you'],
    [entry('invite_accepted', { user: 'bob' }), 'bob joined by invitation'],
    [entry('unknown'), 'Something that this version cannot show'],
])('a change of a group is a sentence', (line, text) => {
    expect(lineText(line, who)).toBe(text);
});

describe('lengths and names', () => {
    test.each([
        ['', 0],
        ['abc', 3],
        ['ä', 2],
        ['€', 3],
        ['👍', 4],
        ['\ud800', 3],
    ])('%j has %i bytes', (text, bytes) => expect(byteLength(text)).toBe(bytes));

    test.each([
        ['anna.lind', 'AL'],
        ['jonas', 'J'],
        ['Book club, every second Tuesday', 'BT'],
        ['👍', ''],
        ['', ''],
        ['_x_', 'X'],
    ])('%j has the initials %j', (name, initials) => expect(initialsOf(name)).toBe(initials));

    test('a hue is one of the circle and always the same', () => {
        for (const id of ['', 'u1', 'u2', '\ud800']) {
            expect(hueOf(id)).toBe(hueOf(id));
            expect(hueOf(id)).toBeGreaterThanOrEqual(0);
            expect(hueOf(id)).toBeLessThan(360);
        }
    });

    test.each(['ab', '.abc', 'a b c', 'a'.repeat(33), 'ünal'])(
        '%j is no new name, but may be tried at login',
        (name) => {
            expect(usernameFault(name, true)).not.toBe('');
            expect(usernameFault(name, false)).toBe('');
        },
    );

    test('a password has 8 to 128 characters when it is new', () => {
        expect(passwordFault('1234567', true)).not.toBe('');
        expect(passwordFault('👍'.repeat(8), true)).toBe('');
        expect(passwordFault('x'.repeat(129), true)).not.toBe('');
        expect(passwordFault('x', false)).toBe('');
    });
});

describe('days', () => {
    const at = (day: number, hour: number) => new Date(2026, 9, day, hour).getTime();
    test('midnights count, not hours; an hour more or less in autumn is no day', () => {
        expect(daysAgo(at(24, 23), at(25, 1))).toBe(1);
        expect(daysAgo(at(25, 0), at(26, 23))).toBe(1);
        expect(daysAgo(at(25, 1), at(25, 23))).toBe(0);
    });
    test('today and yesterday have names', () => {
        const words = { today: 'T', yesterday: 'Y' };
        expect(dayName(at(25, 1), at(25, 2), words)).toBe('T');
        expect(dayName(at(24, 23), at(25, 2), words)).toBe('Y');
        expect(dayName(at(20, 23), at(25, 2), words)).toContain('20');
    });
});

describe('the list', () => {
    const items: readonly ConversationItem[] = sampleWorld(Date.now()).map((one) => one.info);

    test('requests are apart and hidden ones left out', () => {
        const hidden = items.map((item, i) => (i === 0 ? { ...item, hidden: true } : item));
        const { shown, requests } = visibleItems(hidden, '');
        expect(requests.map((item) => item.title)).toEqual(['felix_k']);
        expect(shown).toHaveLength(items.length - 2);
    });

    test('a word narrows it to titles that hold it', () => {
        expect(visibleItems(items, ' BOOK ').shown.map((item) => item.id)).toEqual(['c-book']);
    });

    test('a word is found in whichever form its letters are written', () => {
        const [first] = items;
        if (!first) throw new Error('an empty world');
        const titles = ['Café'.normalize('NFD'), 'CAFÉ'.normalize('NFC'), 'cafe', '한글'.normalize('NFD'), 'ﬁne'];
        const all = titles.map((title) => ({ ...first, title }));
        const found = (word: string) => visibleItems(all, word).shown.length;
        expect(found('café'.normalize('NFC'))).toBe(3);
        expect(found('café'.normalize('NFD'))).toBe(3);
        expect(found('한글'.normalize('NFC'))).toBe(1);
        expect(found('fine')).toBe(1);
    });

    test('neighbours stop at the ends', () => {
        expect(neighbour(items, items[0]?.id, -1)).toBe(items[0]?.id);
        expect(neighbour(items, items[0]?.id, 1)).toBe(items[1]?.id);
        expect(neighbour(items, 'gone', 1)).toBe(items[0]?.id);
        expect(neighbour([], undefined, 1)).toBeUndefined();
    });

    test('the second line is one line, of the outbox while something waits there', () => {
        const base = items[0];
        if (!base) throw new Error('an empty world');
        const waiting = {
            cid: 'x',
            conversation: base.id,
            text: 'a\n\n b',
            time: 5,
            state: 'queued',
            discardable: true,
        } as const;
        expect(previewOf({ ...base, outgoing: waiting }, 'me', who)).toEqual({
            who: '',
            text: 'a b',
            tick: 'queued',
            time: 5,
        });
        const long = { ...entry('message', undefined, 'bob'), text: '👍'.repeat(4000) };
        expect([...previewOf({ ...base, kind: 'group', last: long }, 'me', who).text]).toHaveLength(160);
    });
});

describe('the connection', () => {
    test('nothing is said while it is live', () => expect(connectionWords({ state: 'live' }, true)).toBeUndefined());
    test.each([
        [{ state: 'connecting' } as const, false, 'offline'],
        [{ state: 'live' } as const, false, 'offline'],
        [{ state: 'syncing' } as const, false, 'offline'],
        [{ state: 'connecting' } as const, true, 'Connecting'],
        [{ state: 'syncing' } as const, true, 'Catching up'],
        [{ state: 'offline' } as const, true, 'ended by the server'],
    ])('%j is said in words', (change, online, words) => {
        expect(connectionWords(change, online)?.text).toContain(words);
    });
});
