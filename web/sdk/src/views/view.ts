import type { View } from '../api.js';
import type { Clock } from '../engine/engine.js';

/** Snapshots come at most so often, in ms; the first of a burst comes at once. */
const FRAME = 16;

/** A snapshot and who wants to know of newer ones. What changes in one go is shown as one snapshot. */
export abstract class StoreView<T> implements View<T> {
    #current: T;
    #listeners = new Set<(value: T) => void>();
    #clock: Clock;
    #planned = false;
    #shownAt = -Infinity;

    protected constructor(first: T, clock: Clock) {
        this.#current = first;
        this.#clock = clock;
    }

    get current(): T {
        return this.#current;
    }

    subscribe(listener: (value: T) => void): () => void {
        // Each subscription is one of its own, also of the same function.
        const own = (value: T): void => listener(value);
        this.#listeners.add(own);
        own(this.#current);
        return () => this.#listeners.delete(own);
    }

    close(): void {
        this.#listeners.clear();
    }

    /** A newer snapshot is due. */
    protected changed(): void {
        if (this.#planned) {
            return;
        }

        this.#planned = true;
        const wait = this.#shownAt + FRAME - this.#clock.now();
        if (wait > 0) {
            this.#clock.after(wait, () => this.flush());
        } else {
            queueMicrotask(() => this.flush());
        }
    }

    protected flush(): void {
        this.#planned = false;
        this.#shownAt = this.#clock.now();
        this.#current = this.show();
        this.#listeners.forEach((listener) => listener(this.#current));
    }

    protected abstract show(): T;
}
