import { SvelteMap } from 'svelte/reactivity';

const most = 200;

interface Draft {
    readonly text: string;
    /** When it was typed, by this device's clock. */
    readonly at: number;
}

/**
 * What was typed and not sent, per conversation; it outlives the page, on this device only. Each is kept by itself, so that tabs do not
 * write over each other's: of one conversation the last word counts, whichever tab it comes from.
 */
export class Drafts {
    readonly #drafts = new SvelteMap<string, Draft>();
    readonly #prefix: string;

    constructor(
        user: string,
        private readonly storage: Storage | undefined,
    ) {
        const old = `connect:drafts:${user}`;
        this.#prefix = `${old}:`;
        try {
            this.#takeOver(old);
            for (const key of Object.keys(storage ?? {})) {
                const draft = key.startsWith(this.#prefix) && parsed(storage?.getItem(key));
                if (draft) this.#drafts.set(key.slice(this.#prefix.length), draft);
            }
        } catch {
            // Forbidden: nothing is kept.
        }
    }

    /** Follows the other tabs; to be returned from an effect. */
    follow(): () => void {
        const listen = ({ key, newValue, storageArea }: StorageEvent) => {
            if (storageArea !== this.storage || !key?.startsWith(this.#prefix)) return;
            const id = key.slice(this.#prefix.length);
            const draft = parsed(newValue);
            if (draft) this.#drafts.set(id, draft);
            else this.#drafts.delete(id);
        };
        addEventListener('storage', listen);
        return () => removeEventListener('storage', listen);
    }

    get(conversation: string): string {
        return this.#drafts.get(conversation)?.text ?? '';
    }

    /** Where something was typed, newest first. */
    conversations(): readonly string[] {
        return [...this.#drafts].sort(([, one], [, other]) => other.at - one.at).map(([id]) => id);
    }

    /** Blanks alone are no draft. Beyond 200 the oldest is forgotten. */
    set(conversation: string, text: string): void {
        if (text === this.get(conversation)) return;
        if (text.trim() === '') return this.#forget(conversation);
        const [last = ''] = this.conversations();
        const draft = { text, at: Math.max(Date.now(), (this.#drafts.get(last)?.at ?? 0) + 1) };
        this.#drafts.set(conversation, draft);
        for (const id of this.conversations().slice(most)) this.#forget(id);
        try {
            this.storage?.setItem(this.#prefix + conversation, JSON.stringify(draft));
        } catch {
            // Full or forbidden: it lives until the page is left.
        }
    }

    #forget(conversation: string): void {
        this.#drafts.delete(conversation);
        try {
            this.storage?.removeItem(this.#prefix + conversation);
        } catch {
            // Forbidden: nothing is kept.
        }
    }

    /** Drafts were kept all in one value once. */
    #takeOver(key: string): void {
        const kept: unknown = JSON.parse(this.storage?.getItem(key) ?? '[]');
        this.storage?.removeItem(key);
        if (!Array.isArray(kept)) return;
        for (const pair of kept) {
            const [id, text]: unknown[] = Array.isArray(pair) ? pair : [];
            if (typeof id === 'string' && typeof text === 'string') this.set(id, text);
        }
    }
}

function parsed(value: string | null | undefined): Draft | undefined {
    try {
        const { text, at } = JSON.parse(value ?? 'null') as Partial<Record<keyof Draft, unknown>>;
        return typeof text === 'string' && typeof at === 'number' ? { text, at } : undefined;
    } catch {
        return undefined;
    }
}
