import { configure, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { ConnectError, type Role } from '@connect-chat/sdk';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import App from '../../src/App.svelte';
import { t } from '../../src/texts/en.js';
import { panels } from '../../src/texts/panels.en.js';
import { FakeBackend } from '../fake/account.js';
import { FakeClient } from '../fake/client.js';
import { me } from '../fake/people.js';

// A machine under load is slow; what does not come at all still fails, by the name of what is missing.
configure({ asyncUtilTimeout: 15_000 });
vi.setConfig({ testTimeout: 60_000 });
// The test's document has no popovers: a menu is simply there.
HTMLElement.prototype.hidePopover ??= () => undefined;

/** Opens the app at a place, against the fake. The first load of a panel compiles it, which takes its time. */
async function at(place: string, heading: string, client = new FakeClient()): Promise<FakeClient> {
    location.hash = place;
    dispatchEvent(new HashChangeEvent('hashchange'));
    render(App, { backend: new FakeBackend({ client }) });
    await screen.findByRole('heading', { level: 1, name: heading });
    return client;
}

const click = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }));
const type = async (label: string, value: string) =>
    fireEvent.input(await screen.findByLabelText(label), { target: { value } });
const limited = () => new ConnectError(401, 'rate_limited', 'Slow down.', true, 3000);

beforeEach(() => localStorage.clear());

describe('people', () => {
    test('are found by exact name, and a panel reads the server once', async () => {
        const client = new FakeClient();
        const contacts = vi.spyOn(client, 'contacts');
        await at('#/people', panels.people.title, client);
        await screen.findByText('anna.lind', { selector: 'main *' });
        expect(contacts.mock.calls.length).toBeLessThanOrEqual(2); // The start of the connection reads again.

        await type(panels.find.label, 'no name!');
        await click(panels.find.find);
        await screen.findByText(panels.find.badName);
        await type(panels.find.label, 'nobody.here');
        await click(panels.find.find);
        await screen.findByText(panels.find.nobody('nobody.here'));
        await type(panels.find.label, ' @Sara ');
        await click(panels.find.find);
        await screen.findByText(panels.find.strangerHint);
        await click(panels.find.askContact);
        await screen.findByText(panels.find.asked);
        expect(await screen.findByRole('button', { name: panels.contacts.withdrawOf('sara') })).toBeTruthy();
    });

    test('who asks is accepted, and removed again only after a question', async () => {
        const client = await at('#/people', panels.people.title);
        await click(panels.contacts.acceptOf('lea.m'));
        await screen.findByText(panels.contacts.accepted('lea.m'));
        const row = (await screen.findByRole('button', { name: panels.contacts.writeTo('lea.m') })).closest('li');
        if (!row) throw new Error('no row');
        const remove = row.querySelector<HTMLElement>('[role=menuitem]');
        if (!remove) throw new Error('no menu');
        await fireEvent.click(remove);
        await screen.findByText(panels.contacts.removeTitle('lea.m'));
        expect((await client.contacts()).some((one) => one.user === 'u-lea')).toBe(true);
        await fireEvent.click(within(screen.getByRole('dialog')).getByText(panels.contacts.remove));
        await screen.findByText(panels.contacts.removed('lea.m'));
        expect((await client.contacts()).some((one) => one.user === 'u-lea')).toBe(false);
    });

    test('a refusal is told by its number, with the time to wait, and nothing changes', async () => {
        const client = new FakeClient();
        client.acceptContact = () => Promise.reject(limited());
        await at('#/people', panels.people.title, client);
        await click(panels.contacts.acceptOf('lea.m'));
        await screen.findByText('Too many requests. Try again in 3 seconds.');
        expect(screen.getByRole('button', { name: panels.contacts.acceptOf('lea.m') })).toBeTruthy();
    });

    test('a list that cannot be read says so and is read again on demand', async () => {
        const client = new FakeClient();
        const read = client.contacts.bind(client);
        client.contacts = () => Promise.reject(new ConnectError(502, 'unavailable', '', true));
        await at('#/people', panels.people.title, client);
        await screen.findByText(t.errors.byCode[502] ?? '');
        client.contacts = read;
        await click(panels.common.retry);
        await screen.findByRole('button', { name: panels.contacts.writeTo('anna.lind') });
    });
});

describe('a group', () => {
    async function as(role: Role): Promise<FakeClient> {
        const client = new FakeClient();
        const group = client.must('c-team');
        group.members = [
            { user: me, username: 'maya', role, since: 3 },
            { user: 'u-anna', username: 'anna.lind', role: 'admin', since: 2 },
            { user: 'u-jonas', username: 'jonas', role: 'member', since: 1 },
            { user: 'u-wen', username: 'wen', invitedBy: 'u-anna', invitedAt: 4 },
        ];
        await at('#/c/c-team/details', panels.details.groupTitle, client);
        await screen.findByRole('heading', { name: new RegExp(`^${panels.details.invitedHeading}`) });
        return client;
    }

    const menuOf = (name: string) =>
        [...document.querySelectorAll(`[role=menu][aria-label="${panels.common.more(name)}"] [role=menuitem]`)].map(
            (one) => one.textContent.trim(),
        );

    const { write } = panels.find;
    const { make, remove } = panels.details;

    test.each<[Role, string[], string[], boolean]>([
        ['member', [write], [write], false],
        ['admin', [write], [write, make.admin, remove], true],
        ['owner', [write, make.member, make.owner, remove], [write, make.admin, make.owner, remove], true],
    ])('%s: just what the role allows', async (role, overAdmin, overMember, manages) => {
        await as(role);
        expect(menuOf('anna.lind')).toEqual(overAdmin);
        expect(menuOf('jonas')).toEqual(overMember);
        expect(screen.queryByRole('button', { name: panels.details.add }) !== null).toBe(manages);
        expect(screen.queryByRole('button', { name: panels.details.rename }) !== null).toBe(manages);
        expect(screen.queryByRole('button', { name: panels.details.withdrawOf('wen') }) !== null).toBe(manages);
        expect(screen.getByRole('button', { name: panels.details.leave })).toBeTruthy();
    });

    test('is left after a question that names who follows', async () => {
        const client = await as('owner');
        await click(panels.details.leave);
        await screen.findByText(new RegExp(panels.details.leaveHeir('anna.lind')));
        expect(client.must('c-team').over).toBe(false);
        await fireEvent.click(within(screen.getByRole('dialog')).getByText(panels.details.leave));
        await waitFor(() => expect(client.must('c-team').over).toBe(true));
        await waitFor(() => expect(location.hash).toBe('#/'));
    });

    test('is muted for a while and made heard again', async () => {
        const client = await as('member');
        await click(panels.mute.button);
        await click(panels.mute.choices.eight_hours);
        await click(panels.mute.unmute);
        await waitFor(() => expect(client.must('c-team').info.mutedUntil).toBe(0));
        await screen.findByText(panels.mute.off);
    });

    test('is made of contacts and of people by name; a title is needed', async () => {
        const client = await at('#/groups/new', panels.group.newTitle);
        await click(panels.group.create);
        await screen.findByText(panels.group.titleEmpty);
        await type(panels.group.titleLabel, 'Hikers');
        await fireEvent.click(await screen.findByRole('checkbox', { name: 'anna.lind' }));
        await type(panels.group.byName, 'wen');
        await click(panels.common.add);
        await screen.findByText(panels.group.willInvite);
        const create = vi.spyOn(client, 'createGroup');
        await click(panels.group.create);
        await screen.findByText(/Added: anna.lind and wen/);
        expect(create).toHaveBeenCalledWith('Hikers', ['u-anna', 'u-wen']);
    });
});

describe('settings', () => {
    test('a privacy switch is on the other side only when the server has it', async () => {
        const client = new FakeClient();
        const set = client.setPrivacy.bind(client);
        client.setPrivacy = () => Promise.reject(limited());
        await at('#/settings/privacy', panels.settings.privacy, client);
        const found = () => screen.findByRole('switch', { name: panels.privacy.presence });
        await fireEvent.click(await found());
        await screen.findByText('Too many requests. Try again in 3 seconds.');
        expect((await found()).getAttribute('aria-checked')).toBe('true');
        client.setPrivacy = set;
        await fireEvent.click(await found());
        await waitFor(async () => expect((await found()).getAttribute('aria-checked')).toBe('false'));
        expect((await client.privacy()).presence).toBe(false);
    });

    test('a device is revoked after a question, never this one', async () => {
        await at('#/settings/devices', panels.settings.devices);
        await screen.findByText(panels.devices.current);
        expect(screen.queryByRole('button', { name: panels.devices.revokeOf('Firefox on Linux') })).toBeNull();
        await click(panels.devices.revokeOf('Terminal'));
        await fireEvent.click(within(await screen.findByRole('dialog')).getByText(panels.devices.revoke));
        await screen.findByText(panels.devices.revoked('Terminal'));
        expect(screen.queryByRole('button', { name: panels.devices.revokeOf('Terminal') })).toBeNull();
    });

    test('an account is deleted by its name and its password alone', async () => {
        await at('#/settings/account', panels.settings.account);
        await click(panels.account.deleteAction);
        await type(panels.account.deleteType('maya'), 'anna');
        await type(panels.account.deletePassword, 'wrong');
        await click(panels.account.deleteFinal);
        await screen.findByText(panels.account.deleteNotTyped);
        await type(panels.account.deleteType('maya'), 'maya');
        await click(panels.account.deleteFinal);
        await screen.findByText(panels.account.deleteWrong);
        await type(panels.account.deletePassword, 'password');
        await click(panels.account.deleteFinal);
        await screen.findByRole('heading', { name: 'Good to see you' });
    });

    test('the theme is kept', async () => {
        await at('#/settings/appearance', panels.settings.appearance);
        await fireEvent.click(await screen.findByRole('radio', { name: panels.settings.themes.dark }));
        expect(document.documentElement.dataset['theme']).toBe('dark');
        await fireEvent.click(screen.getByRole('radio', { name: panels.settings.themes.system }));
        expect(document.documentElement.dataset['theme']).toBeUndefined();
    });
});
