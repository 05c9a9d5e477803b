/** What of `navigator.locks` is used. */
export interface Locks {
    request<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** The browser's locks over all tabs; undefined where there are none (old browsers, Node before 24). */
export function webLocks(): Locks | undefined {
    const locks = globalThis.navigator?.locks as LockManager | undefined;
    if (locks === undefined) return undefined;
    // The page's lock manager gives back what the work gives, whatever the types of the library say of promises.
    return { request: (name, work) => locks.request(name, work) as ReturnType<typeof work> };
}

/** One piece of work at a time, in this tab and, when it has a name and there are locks, in all of them. */
export class Exclusive {
    #last: Promise<unknown> = Promise.resolve();

    constructor(
        private readonly name: string | undefined,
        private readonly locks: Locks | undefined,
    ) {}

    run<T>(work: () => Promise<T>): Promise<T> {
        const { name, locks } = this;
        const mine = this.#last.then(() =>
            name === undefined || locks === undefined ? work() : locks.request(name, work),
        );
        this.#last = mine.catch(() => undefined);
        return mine;
    }
}
