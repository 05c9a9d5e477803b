import type { Method } from './messages.js';

interface Wish {
    readonly method: Method;
    readonly args: readonly unknown[];
}

/** What the views of this tab want of the engine, to be told to each new leader. */
export class Holders {
    readonly #wishes = new Map<string, Wish>();

    take(method: Method, args: readonly unknown[]): void {
        const holder = String(args[0]);
        if (method === 'setOpen' || method === 'setActive' || method === 'watch') {
            this.#wishes.set(`${method}:${holder}`, { method, args });
        } else if (method === 'release') {
            for (const [key, wish] of this.#wishes) {
                if (String(wish.args[0]).startsWith(holder)) this.#wishes.delete(key);
            }
        }
    }

    all(): Iterable<Wish> {
        return this.#wishes.values();
    }
}
