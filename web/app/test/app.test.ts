import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import App from '../src/App.svelte';
import { FakeBackend } from './fake/account.js';

test('nobody logged in sees the login, and a wrong password in words', async () => {
    render(App, { backend: new FakeBackend({ out: true }) });
    await screen.findByRole('heading', { name: 'Good to see you' });
    await fireEvent.input(screen.getByLabelText('Username'), { target: { value: 'maya' } });
    await fireEvent.input(screen.getByLabelText('Password'), { target: { value: 'wrong' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Log in' }));
    expect((await screen.findByRole('alert')).textContent).toBe('The username or the password is wrong.');
});

test('a name that is taken is told at its field', async () => {
    render(App, { backend: new FakeBackend({ out: true }) });
    await fireEvent.click(await screen.findByRole('button', { name: 'New here? Create an account' }));
    await fireEvent.input(screen.getByLabelText('Username'), { target: { value: 'taken' } });
    await fireEvent.input(screen.getByLabelText('Password'), { target: { value: 'long enough' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Sign up' }));
    await screen.findByText('This name is taken. Choose another, or log in if it is yours.');
    expect(screen.getByLabelText('Username').getAttribute('aria-invalid')).toBe('true');
});

test('a login that is kept shows the conversations, requests apart', async () => {
    render(App, { backend: new FakeBackend() });
    const requests = await screen.findByRole('button', { name: 'Message requests (1)' });
    expect(screen.getAllByRole('listitem').length).toBe(8);
    await fireEvent.click(requests);
    expect(screen.getAllByRole('listitem').length).toBe(9);
});

test('a logout in another tab is one here, whatever the server can tell, and leaves nothing', async () => {
    const backend = new FakeBackend();
    render(App, { backend });
    await screen.findByRole('button', { name: 'Message requests (1)' });
    backend.endElsewhere();
    await screen.findByText("You've been logged out. Log in again to continue.");
    expect(screen.queryAllByRole('listitem')).toEqual([]);
    await vi.waitFor(() => expect(backend.forgotten).toBe(1));
});
