import type { View } from '../api.js';
import type { Clock } from '../engine/engine.js';
import { type EnginePort, inPassing, type PortEvent } from '../engine/port.js';

/** Snapshots come at most so often, in ms; the first of a burst comes at once. */
const FRAME = 16;

/** What a view is opened with: the engine's door, its own name there, and the time. */
export type ViewArgs = [port: EnginePort, holder: string, clock: Clock];

/** A snapshot and who wants to know of newer ones. What changes in one go is shown as one snapshot. */
export abstract class StoreView<T> implements View<T> {
    #current: T;
    #listeners = new Set<(value: T) => void>();
    #planned = false;
    #shownAt = -Infinity;
    #end: () => void;

    protected constructor(
        first: T,
        protected readonly port: EnginePort,
        protected readonly holder: string,
        protected readonly clock: Clock,
    ) {
        this.#current = first;
        this.#end = port.onEvent((event) => this.on(event));
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
        this.#end();
        inPassing(this.port.call('release', this.holder));
        this.#listeners.clear();
    }

    /** Ready to be shown; closed when it cannot be. */
    async open(): Promise<this> {
        try {
            await this.load();
            this.flush();
            return this;
        } catch (error) {
            this.close();
            throw error;
        }
    }

    /** A newer snapshot is due. */
    protected changed(): void {
        if (this.#planned) {
            return;
        }

        this.#planned = true;
        const wait = this.#shownAt + FRAME - this.clock.now();
        if (wait > 0) {
            this.clock.after(wait, () => this.flush());
        } else {
            queueMicrotask(() => this.flush());
        }
    }

    protected flush(): void {
        this.#planned = false;
        this.#shownAt = this.clock.now();
        this.#current = this.show();
        this.#listeners.forEach((listener) => listener(this.#current));
    }

    protected abstract on(event: PortEvent): void;
    protected abstract load(): Promise<void>;
    protected abstract show(): T;
}
