import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test } from 'vitest';
import App from '../src/App.svelte';
import { FakeBackend } from './fake/account.js';
import { FakeClient } from './fake/client.js';

beforeEach(() => {
    localStorage.clear();
    location.hash = '';
});

async function open(id: string): Promise<{ client: FakeClient; box: () => HTMLTextAreaElement }> {
    const client = new FakeClient();
    location.hash = `#/c/${id}`;
    dispatchEvent(new HashChangeEvent('hashchange'));
    render(App, { backend: new FakeBackend({ client }) });
    await screen.findByRole('log');
    return { client, box: () => screen.getByPlaceholderText<HTMLTextAreaElement>('Write a message') };
}

test('Enter sends what was typed, and the composer is empty again', async () => {
    const { client, box } = await open('c-anna');
    await fireEvent.input(box(), { target: { value: 'hello there  \n' } });
    await fireEvent.keyDown(box(), { key: 'Enter' });
    await waitFor(() => expect(client.must('c-anna').log.at(-1)).toMatchObject({ text: 'hello there', from: 'u-me' }));
    expect(box().value).toBe('');
});

test('Shift+Enter and Enter while an input method composes do not send', async () => {
    const { client, box } = await open('c-anna');
    const before = client.must('c-anna').log.length;
    await fireEvent.input(box(), { target: { value: 'x' } });
    await fireEvent.keyDown(box(), { key: 'Enter', shiftKey: true });
    await fireEvent.keyDown(box(), { key: 'Enter', isComposing: true });
    expect(client.must('c-anna').log.length).toBe(before);
});

test('a text beyond 8,000 bytes says so and is not sent', async () => {
    const { client, box } = await open('c-anna');
    const before = client.must('c-anna').log.length;
    await fireEvent.input(box(), { target: { value: '€'.repeat(2667) } });
    expect(screen.getByRole('alert').textContent).toContain('1 character too long');
    await fireEvent.keyDown(box(), { key: 'Enter' });
    expect(client.must('c-anna').log.length).toBe(before);
});

test('the limit is the one that the server names, also when it changes', async () => {
    const { client, box } = await open('c-anna');
    await fireEvent.input(box(), { target: { value: '€'.repeat(35) } });
    expect(screen.queryByRole('alert')).toBeNull();
    client.textLimit = 100;
    client.setState({ state: 'syncing' });
    expect((await screen.findByRole('alert')).textContent).toContain('2 characters too long');
    await fireEvent.input(box(), { target: { value: '€'.repeat(32) } });
    expect(screen.getByText('1 character left')).toBeTruthy();
});

test('a conversation that is over, and one with a blocked user, say why nothing can be written', async () => {
    await open('c-old');
    await screen.findByText('You are no longer in this group. You can still read what was written.');
    expect(screen.queryByPlaceholderText('Write a message')).toBeNull();
});

test('a blocked user can be unblocked where one would write', async () => {
    await open('c-omar');
    await screen.findByText("You've blocked omar.h.");
    await fireEvent.click(screen.getByRole('button', { name: 'Unblock' }));
    await screen.findByPlaceholderText('Write a message');
});

test('a request is accepted', async () => {
    const { client } = await open('c-felix');
    await fireEvent.click(screen.getByRole('button', { name: 'Accept' }));
    await waitFor(() => expect(client.must('c-felix').info.request).toBe(false));
    expect(screen.queryByText('felix_k would like to write to you')).toBeNull();
});

test('what comes while it is open is told to those who listen', async () => {
    const { client } = await open('c-anna');
    client.receive('c-anna', 'u-anna', '<b>at the station</b>');
    await screen.findByText('anna.lind: <b>at the station</b>');
});

test('an address of no conversation says so', async () => {
    location.hash = '#/c/nothing';
    dispatchEvent(new HashChangeEvent('hashchange'));
    render(App, { backend: new FakeBackend() });
    await screen.findByText('Conversation not found');
});

test('the unread messages are in the title of the window', async () => {
    render(App, { backend: new FakeBackend() });
    // Without those of requests and of muted conversations.
    await waitFor(() => expect(document.title).toBe('(5) Connect'));
});
