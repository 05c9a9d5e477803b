import type { App } from './context.js';
import { go } from './router.svelte.js';

/** Goes to the direct conversation with a user, begun or not; rejects when there is no such user. */
export async function openDirect({ client, names, session }: Doors, username: string): Promise<void> {
    const { id } = await client.openDirect(username);
    names.learnDirect(id, username);
    // Where nobody wrote yet the address carries the name, so that it opens in another browser, too.
    go(session.item(id) ? { page: 'conversation', id } : { page: 'conversation', id, name: username });
}

type Doors = Pick<App, 'client' | 'names' | 'session'>;
