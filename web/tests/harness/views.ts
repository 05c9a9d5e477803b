import type { App } from './app.js';
import type { Person } from './people.js';

/** A place in the app: how one gets there from inside, and what must be on screen. */
export interface View {
    readonly name: string;
    readonly go: (app: App) => Promise<void>;
}

/** What the views show: people, conversations with everything in them that has a look of its own. */
export interface Cast {
    readonly me: Person;
    readonly direct: string;
    readonly group: string;
    /** A group that I was removed from. */
    readonly over: string;
    /** A stranger's first words. */
    readonly request: string;
}

/** Seeds what the views need, over HTTP. */
export async function seed(people: {
    me: Person;
    friend: Person;
    other: Person;
    stranger: Person;
    asking: Person;
    blocked: Person;
}): Promise<Cast> {
    const { me, friend, other, stranger, asking, blocked } = people;
    await me.befriend(friend, other);
    await friend.befriend(other);
    await friend.write(me, 'Did you see the plan for Saturday?');
    await me.write(friend, 'Yes: https://example.com/plan, looks good');
    await friend.write(me, 'Then nine at the station ✨');
    const group = await friend.group('Saturday walk', me, other);
    await other.send(group, 'I bring bread');
    await me.send(group, 'And I bring the rest');
    await friend.call('POST', `/v1/conversations/${group}/members`, { users: [stranger.id] });
    const over = await other.group('Old project', me);
    await other.send(over, 'Thanks to everybody');
    await other.call('DELETE', `/v1/conversations/${over}/members/${me.id}`);
    await stranger.write(me, 'Hello, we met at the conference');
    await stranger.group('Conference friends', me);
    await asking.call('PUT', `/v1/contacts/${me.id}`);
    await me.call('PUT', `/v1/blocks/${blocked.id}`);
    return { me, direct: await me.direct(friend), group, over, request: await me.direct(stranger) };
}

const place = (name: string, hash: string, seen: (app: App) => Promise<void>): View => ({
    name,
    go: async (app) => {
        await app.go(hash);
        await seen(app);
    },
});

const heading = (words: string | RegExp) => async (app: App) => {
    await app.page.getByRole('main').getByRole('heading', { name: words }).first().waitFor();
};

/** Every view of the app for somebody who is logged in. */
export const views = (cast: Cast): View[] => [
    place('list', '/', (app) => app.list.row('Saturday walk').waitFor()),
    place('conversation', `/c/${cast.direct}`, (app) => app.chat.shows('Then nine at the station ✨')),
    place('group', `/c/${cast.group}`, (app) => app.chat.shows('And I bring the rest')),
    place('over', `/c/${cast.over}`, async (app) => {
        await app.says(/You are no longer in this group|Conversation not found/);
    }),
    place('request', `/c/${cast.request}`, async (app) => {
        await app.button('Accept').waitFor();
    }),
    place('direct details', `/c/${cast.direct}/details`, heading('Details')),
    place('group details', `/c/${cast.group}/details`, heading('Group details')),
    place('people', '/people', heading(/People|Contacts/)),
    place('new group', '/groups/new', heading('New group')),
    ...['', 'notifications', 'privacy', 'devices', 'password', 'account', 'about'].map((section) =>
        place(`settings ${section}`.trim(), section === '' ? '/settings' : `/settings/${section}`, heading(/./)),
    ),
];
