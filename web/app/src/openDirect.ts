import type { App } from './context.js';
import { go } from './router.svelte.js';

/** Goes to the direct conversation with a user, begun or not; rejects when there is no such user. */
export async function openDirect({ client, names }: Pick<App, 'client' | 'names'>, username: string): Promise<void> {
    const { id } = await client.openDirect(username);
    names.learnDirect(id, username);
    go({ page: 'conversation', id });
}
