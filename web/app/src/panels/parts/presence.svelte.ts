import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Client } from '@connect-chat/sdk';

/** Who of these users is online, as state. */
export class PresenceWatch {
    readonly #online = new SvelteMap<string, boolean>();

    constructor(private readonly client: Client) {}

    /** Undefined: not known, or not to be seen by this user. */
    of(user: string): boolean | undefined {
        return this.#online.get(user);
    }

    /** Watches them; to be returned from an effect. */
    watch(users: readonly string[]): () => void {
        const wanted = new Set(users);
        const ends = this.client.onEvent((event) => {
            if (event.type === 'presence' && wanted.has(event.presence.user))
                this.#online.set(event.presence.user, event.presence.online);
        });
        this.client.watch(users);
        untrack(() => {
            for (const user of users) {
                const known = this.client.presence(user);
                if (known) this.#online.set(user, known.online);
            }
        });
        return () => {
            ends();
            this.client.unwatch(users);
        };
    }
}
