import type { View } from '@connect-chat/sdk';

/** A value and who wants to know of newer ones. */
export class Watched<T> {
    readonly #listeners = new Set<(value: T) => void>();

    constructor(public current: T) {}

    set(value: T): void {
        this.current = value;
        for (const listener of this.#listeners) listener(value);
    }

    subscribe(listener: (value: T) => void): () => void {
        this.#listeners.add(listener);
        listener(this.current);
        return () => this.#listeners.delete(listener);
    }
}

export class FakeView<T> implements View<T> {
    constructor(protected readonly watched: Watched<T>) {}

    get current(): T {
        return this.watched.current;
    }

    subscribe(listener: (value: T) => void): () => void {
        return this.watched.subscribe(listener);
    }

    close(): void {
        // Nothing is held.
    }
}
