import { SvelteMap } from 'svelte/reactivity';

const most = 200;

/** What was typed and not sent, per conversation; it outlives the page, on this device only. */
export class Drafts {
    readonly #texts: SvelteMap<string, string>;

    constructor(
        private readonly user: string,
        private readonly storage: Storage | undefined,
    ) {
        this.#texts = new SvelteMap(this.#read());
    }

    get(conversation: string): string {
        return this.#texts.get(conversation) ?? '';
    }

    /** Blanks alone are no draft. Beyond 200 the oldest is forgotten. */
    set(conversation: string, text: string): void {
        if (text === this.get(conversation)) return;
        this.#texts.delete(conversation);
        if (text.trim() !== '') this.#texts.set(conversation, text);
        while (this.#texts.size > most) this.#texts.delete(this.#texts.keys().next().value ?? '');
        try {
            this.storage?.setItem(this.#key(), JSON.stringify([...this.#texts]));
        } catch {
            // Full or forbidden: it lives until the page is left.
        }
    }

    #read(): [string, string][] {
        try {
            const kept: unknown = JSON.parse(this.storage?.getItem(this.#key()) ?? '[]');
            if (!Array.isArray(kept)) return [];
            return kept.filter(
                (pair): pair is [string, string] => Array.isArray(pair) && pair.every((x) => typeof x === 'string'),
            );
        } catch {
            return [];
        }
    }

    #key(): string {
        return `connect:drafts:${this.user}`;
    }
}
