import type { Contact, FullClient, GroupInvite } from '@connect-chat/sdk/full';
import type { ConnectEvent, StateChange } from '@connect-chat/sdk';
import { expect, test, vi } from 'vitest';
import { People, type PeopleNews } from '../src/people.svelte.js';

function world() {
    let events: (event: ConnectEvent) => void = () => undefined;
    let states: (change: StateChange) => void = () => undefined;
    const of = { invites: [] as GroupInvite[], contacts: [] as Contact[] };
    const client = {
        state: { state: 'offline' },
        invites: vi.fn(() => Promise.resolve([...of.invites])),
        contacts: vi.fn(() => Promise.resolve([...of.contacts])),
        onEvent: (listener: typeof events) => ((events = listener), () => undefined),
        onState: (listener: typeof states) => ((states = listener), () => undefined),
    };
    const people = new People();
    const news: string[] = [];
    people.onNews((each: PeopleNews) => news.push(each.kind === 'invite' ? each.invite.title : each.contact.username));
    const end = people.follow(client as unknown as FullClient, (id) => id === 'c-known');
    return {
        ...{ people, client, of, news, end },
        live: () => states({ state: 'live' }),
        event: (event: object) => events(event as ConnectEvent),
    };
}

const invite = (conversation: string): GroupInvite => ({
    ...{ conversation, title: `group ${conversation}`, memberCount: 3 },
    ...{ invitedBy: 'u2', invitedByUsername: 'otto', invitedAt: 1, expiresAt: 2 },
});
const contact = (user: string, state: Contact['state']): Contact => ({
    user,
    username: `name ${user}`,
    state,
    since: 1,
});

test('what waits is counted when a connection is there, and told only when it is new', async () => {
    const { people, of, news, live, event } = world();
    of.invites = [invite('c1')];
    of.contacts = [contact('u1', 'asked'), contact('u2', 'contact'), contact('u3', 'requested')];
    live();
    await vi.waitFor(() => expect(people.count).toBe(2));
    expect(news).toEqual([]);

    of.invites = [invite('c1'), invite('c2')];
    event({ type: 'conversation', conversation: 'c2', over: false });
    await vi.waitFor(() => expect(people.count).toBe(3));
    of.contacts = [...of.contacts, contact('u4', 'asked')];
    event({ type: 'contact', user: 'u4' });
    await vi.waitFor(() => expect(people.count).toBe(4));
    expect(news).toEqual(['group c2', 'name u4']);

    // Answered on another device.
    of.invites = [invite('c2')];
    event({ type: 'conversation', conversation: 'c1', over: true });
    await vi.waitFor(() => expect(people.count).toBe(3));
    expect(news).toHaveLength(2);
});

test('what changes in a conversation that is in the list asks for no invites', async () => {
    const { client, live, event } = world();
    live();
    await vi.waitFor(() => expect(client.contacts).toHaveBeenCalledTimes(1));
    for (let n = 0; n < 5; n++) event({ type: 'conversation', conversation: 'c-known', over: false });
    expect(client.invites).toHaveBeenCalledTimes(1);
});

test('many changes at once are read together', async () => {
    const { client, live, event } = world();
    live();
    for (let n = 0; n < 50; n++) event({ type: 'contact', user: `u${n}` });
    await vi.waitFor(() => expect(client.contacts.mock.calls.length).toBeGreaterThan(0));
    await Promise.resolve();
    expect(client.contacts.mock.calls.length).toBeLessThanOrEqual(3);
});

test('with the login all of it goes', async () => {
    const { people, of, live, end } = world();
    of.invites = [invite('c1')];
    live();
    await vi.waitFor(() => expect(people.count).toBe(1));
    end();
    expect(people.count).toBe(0);
});
