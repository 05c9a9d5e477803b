import { describe, expect, test } from 'vitest';
import { entry, Scripted } from './scripted.js';

const summary = (id: string, peer: string) => ({
    id,
    kind: 'direct',
    peer,
    peer_username: peer,
    head: 1,
    member_count: 2,
});

describe('typing', () => {
    test('is told at most every three seconds, and its end three seconds after the last key', () => {
        const scripted = new Scripted().live();
        for (let key = 0; key < 50; key++) scripted.do((machine) => machine.attention.typing('c1', true)).pass(100);
        // At 0 and 3 s.
        expect(scripted.kinds()).toEqual(['typing', 'typing']);
        expect(scripted.take('typing')).toMatchObject({ conversation: 'c1', on: true });
        scripted.drop('typing').pass(2_899);
        expect(scripted.kinds()).toEqual([]);
        scripted.pass(1);
        expect(scripted.take('typing')).toMatchObject({ conversation: 'c1', on: false });
        scripted.pass(60_000);
        expect(scripted.kinds()).toEqual([]);
    });

    test('ends with a word when somebody stops, and without one when the message goes out', () => {
        const scripted = new Scripted().live();
        scripted.do((machine) => machine.attention.typing('c1', true)).drop('typing');
        scripted.do((machine) => machine.attention.typing('c1', false));
        expect(scripted.take('typing')).toMatchObject({ on: false });
        scripted.do((machine) => machine.attention.typing('c1', true)).drop('typing');
        scripted.do((machine) => machine.sends.send('c1', 'hello', 0, ''));
        scripted.get({ id: scripted.take('send').id, err: { code: 203, name: 'forbidden' } }).pass(10_000);
        expect(scripted.kinds()).toEqual([]);
    });

    test('is not told without a session, and one that broke tells nothing in the next', () => {
        const scripted = new Scripted().live();
        scripted.do((machine) => machine.attention.typing('c1', true)).break();
        scripted.do((machine) => machine.attention.typing('c1', true));
        expect(scripted.kinds()).toEqual([]);
        scripted.live({ resumed: 'full' }).pass(10_000);
        expect(scripted.kinds()).toEqual([]);
    });

    test('of others shows in what is open, and ends by itself, with their message, or with the connection', () => {
        const scripted = new Scripted().live().do((machine) => machine.attention.setOpen('view', ['c1']));
        const typists = () => scripted.machine.conv('c1').typing;
        const type = () => scripted.get({ typing: { conversation: 'c1', users: ['u2', 'u3'] } });
        type();
        expect(typists()).toEqual(['u2', 'u3']);
        scripted.get({ entries: { entries: [entry('c1', 1, 'u2')] } });
        expect(typists()).toEqual(['u3']);
        type().pass(5_999);
        expect(typists()).toEqual(['u2', 'u3']);
        scripted.pass(1);
        expect(typists()).toEqual([]);
        type().break();
        expect(typists()).toEqual([]);
        scripted.get({ typing: { conversation: 'c2', users: ['u2'] } });
        expect(scripted.machine.conv('c2').typing).toEqual([]);
    });
});

describe('presence', () => {
    const watching = () => {
        const scripted = new Scripted().live();
        scripted.do((machine) => machine.attention.watch('list', ['u2', 'u3']));
        const watch = scripted.take('watch');
        expect(watch).toMatchObject({ add: ['u2', 'u3'], remove: [] });
        return scripted.get({ id: watch.id, presence: { users: [{ user: 'u2', online: true, since: 5 }] } });
    };

    test('is asked for once, is told as it changes, and of whom the answer does not name nothing is known', () => {
        const scripted = watching();
        const { known } = scripted.machine.attention.presenceBook;
        expect([...known.keys()]).toEqual(['u2']);
        scripted.get({
            presence: {
                users: [
                    { user: 'u2', since: 9 },
                    { user: 'u9', online: true },
                ],
            },
        });
        expect(scripted.told('presence')).toMatchObject([
            { presence: { user: 'u2', online: true, since: 5 } },
            { presence: { user: 'u2', online: false, since: 9 } },
        ]);
        expect(known.has('u9')).toBe(false);
        scripted.do((machine) => machine.attention.watch('other', ['u2']));
        expect(scripted.kinds()).toEqual([]);
        scripted.do((machine) => machine.attention.watch('list', []));
        expect(scripted.take('watch')).toMatchObject({ add: [], remove: ['u3'] });
    });

    test('is watched anew in each session, and who cannot be seen there any more is told as gone', () => {
        const scripted = watching().break().live({ resumed: 'full' });
        const watch = scripted.take('watch');
        expect(watch).toMatchObject({ add: ['u2', 'u3'], remove: [] });
        scripted.get({ id: watch.id, presence: {} });
        expect(scripted.told('presence').at(-1)).toMatchObject({ presence: { user: 'u2', online: false } });
        expect(scripted.machine.attention.presenceBook.known.size).toBe(0);
    });

    test('is watched anew, and who types forgotten, when somebody looks again after nobody did', () => {
        const scripted = watching().do((machine) => machine.attention.setOpen('view', ['c1']));
        scripted.drop('state').get({ typing: { conversation: 'c1', users: ['u2'] } });
        scripted.do((machine) => machine.attention.setActive('tab', false));
        expect(scripted.take('state')).toMatchObject({ activity: 'background', open: ['c1'] });
        expect(scripted.machine.conv('c1').typing).toEqual([]);
        scripted.do((machine) => machine.attention.setActive('tab', true));
        expect(scripted.take('state').activity).toBe('active');
        expect(scripted.take('watch')).toMatchObject({ add: ['u2', 'u3'] });
    });

    test('that is refused in passing is asked for again, and for good not', () => {
        const scripted = new Scripted().live().do((machine) => machine.attention.watch('list', ['u2']));
        const refuse = (retryable: boolean) =>
            scripted.get({ id: scripted.take('watch').id, err: { code: 401, retryable, retry_after_ms: 3_000 } });
        refuse(true).pass(2_999);
        expect(scripted.kinds()).toEqual([]);
        scripted.pass(1);
        refuse(false).pass(60_000);
        expect(scripted.kinds()).toEqual([]);
    });
});

describe('the list', () => {
    test('is read page by page, then what is hidden, and is complete after the last one', () => {
        const scripted = new Scripted();
        scripted.welcome();
        scripted.get({ id: scripted.take('sync').id, sync_page: { synced: true } });
        const page = (asks: object, items: string[], next?: string) => {
            const question = scripted.take('conversations');
            expect(question).toMatchObject({ limit: 200, ...asks });
            expect(scripted.machine.portState.complete).toBe(false);
            scripted.get({
                id: question.id,
                conversations: { items: items.map((id) => summary(id, `p-${id}`)), ...(next && { next }) },
            });
        };
        page({ after: '' }, ['c1', 'c2'], 'n1');
        page({ after: 'n1' }, ['c3']);
        page({ after: '', filter: 'hidden' }, ['c4'], 'n2');
        page({ after: 'n2', filter: 'hidden' }, []);
        expect(scripted.machine.portState.complete).toBe(true);
        expect(scripted.machine.rooms().map((room) => room.item?.peer)).toEqual(['p-c1', 'p-c2', 'p-c3', 'p-c4']);
    });

    test('goes on with the page that failed, after a second and then after two', () => {
        const scripted = new Scripted();
        scripted.welcome();
        scripted.get({ id: scripted.take('sync').id, sync_page: { synced: true } });
        scripted.get({
            id: scripted.take('conversations').id,
            conversations: { items: [summary('c1', 'u2')], next: 'n' },
        });
        for (const wait of [1_000, 2_000]) {
            const question = scripted.take('conversations');
            expect(question.after).toBe('n');
            scripted.get({ id: question.id, err: { code: 502, name: 'unavailable', retryable: true } }).pass(wait - 1);
            expect(scripted.kinds()).toEqual([]);
            scripted.pass(1);
        }

        expect(scripted.take('conversations').after).toBe('n');
    });

    test('begun anew takes no answer to what was asked before, and what is in no page is gone', () => {
        const told = { ...summary('c9', 'u9'), head: 1 };
        const stored = { id: 'c9', held: 1, delivered: 1, read: 0, confirmedDelivered: 1, confirmedRead: 0, told };
        const scripted = new Scripted({ conversations: [stored] });
        scripted.welcome();
        scripted.get({ id: scripted.take('sync').id, sync_page: { synced: true } });
        const old = scripted.take('conversations');
        scripted.do((machine) => machine.log.refresh());
        scripted.get({ id: old.id, conversations: { items: [told], next: 'n' } });
        scripted.get({ id: scripted.take('conversations').id, conversations: {} });
        expect(scripted.machine.conv('c9').told).toBeDefined();
        scripted.get({ id: scripted.take('conversations').id, conversations: {} });
        expect(scripted.machine.conv('c9').told).toBeUndefined();
        expect(scripted.told('conversation')).toMatchObject([{ conversation: 'c9', over: false }]);
    });

    test('an answer of before the end of a conversation does not bring it back', () => {
        const told = { ...summary('c9', 'u9'), head: 1 };
        const stored = { id: 'c9', held: 1, delivered: 1, read: 0, confirmedDelivered: 1, confirmedRead: 0, told };
        const scripted = new Scripted({ conversations: [stored] });
        scripted.welcome();
        scripted.get({ id: scripted.take('sync').id, sync_page: { synced: true } });
        scripted.get({ id: scripted.take('conversations').id, conversations: { items: [told] } });
        scripted.get({ id: scripted.take('conversations').id, conversations: {} });
        scripted.get({ conversation: { conversation: 'c9' } });
        scripted.pass(1_000);
        const old = scripted.take('conversations');
        expect(old.ids).toEqual(['c9']);
        scripted.get({ conversation: { conversation: 'c9', over: true } });
        scripted.get({ id: old.id, conversations: { items: [told] } });
        expect(scripted.machine.conv('c9').told).toBeUndefined();
        scripted.pass(1_000);
        const last = scripted.take('conversations');
        expect(last.ids).toEqual(['c9']);
        scripted.get({ id: last.id, conversations: {} });
        expect(scripted.machine.conv('c9').told).toBeUndefined();
    });
});
