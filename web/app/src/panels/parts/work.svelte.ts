import { tick, untrack } from 'svelte';
import type { Client, ConnectEvent } from '@connect-chat/sdk';
import { errorText } from '../../errors.js';

/** The actions of a panel: one at a time, with its progress and its fault as state. */
export class Work {
    /** The name of the action that runs; empty when none does. */
    busy = $state('');
    error = $state('');

    /** True when it was done. A button that was disabled, or went away with its row, does not take the focus with it. */
    async run(
        name: string,
        action: () => Promise<unknown>,
        special: Readonly<Record<number, string>> = {},
    ): Promise<boolean> {
        if (this.busy !== '') return false;
        const focused = document.activeElement;
        this.busy = name;
        this.error = '';
        try {
            await action();
            return true;
        } catch (error) {
            this.error = errorText(error, special);
            return false;
        } finally {
            this.busy = '';
            await tick();
            giveBack(focused);
        }
    }
}

/** Puts the focus where it was, or on the main part of the page, unless somebody has it by now. */
export function giveBack(element: Element | null): void {
    if (document.activeElement && document.activeElement !== document.body) return;
    const there = element instanceof HTMLElement && element !== document.body && element.isConnected;
    const target = there ? element : document.querySelector<HTMLElement>('main');
    target?.focus();
}

/** What a panel shows of the server, read again when something says that it changed. */
export class Loaded<T> {
    data = $state.raw<T>();
    error = $state('');
    loading = $state(false);
    #again = false;

    constructor(private readonly read: () => Promise<T>) {}

    /** Called while it reads, it reads once more afterwards. */
    async load(): Promise<void> {
        if (this.loading) {
            this.#again = true;
            return;
        }
        this.loading = true;
        do {
            this.#again = false;
            try {
                this.data = await this.read();
                this.error = '';
            } catch (error) {
                this.error = errorText(error);
            }
        } while (this.#again);
        this.loading = false;
    }

    /** Loads now, at each event that concerns it, and when the connection is back. To be returned from an effect. */
    follow(client: Client, concerns: (event: ConnectEvent) => boolean): () => void {
        // What loading reads and writes is not what the effect depends on.
        untrack(() => void this.load());
        const events = client.onEvent((event) => concerns(event) && void this.load());
        const states = client.onState((change) => change.state === 'live' && void this.load());
        return () => {
            events();
            states();
        };
    }
}
