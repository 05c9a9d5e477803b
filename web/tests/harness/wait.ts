/** Milliseconds since the epoch, finer than a millisecond, as pages of the browser tell it, too. */
export const clock = (): number => performance.timeOrigin + performance.now();

export const delay = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/**
 * Asks until the answer is neither undefined nor false, and gives it back. Past the deadline it throws and says what was
 * waited for, and what was there instead.
 */
export async function until<T>(
    what: string,
    ask: () => Promise<T | undefined | false> | T | undefined | false,
    { within = 10_000, every = 25, seen }: { within?: number; every?: number; seen?: () => Promise<unknown> } = {},
): Promise<T> {
    const end = clock() + within;
    let fault: unknown;
    for (;;) {
        try {
            const answer = await ask();
            if (answer !== undefined && answer !== false) {
                return answer;
            }

            fault = undefined;
        } catch (error) {
            fault = error;
        }

        if (clock() > end) {
            const instead = seen === undefined ? '' : `; instead: ${JSON.stringify(await seen())}`;
            const why = fault === undefined ? '' : `; last fault: ${String(fault)}`;
            throw new Error(`Missing after ${within} ms: ${what}${instead}${why}`);
        }

        await delay(every);
    }
}

/** A promise with a deadline that says what was waited for. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, refuse) => {
        timer = setTimeout(() => {
            refuse(new Error(`Missing after ${ms} ms: ${what}`));
        }, ms);
    });
    try {
        return await Promise.race([promise, late]);
    } finally {
        clearTimeout(timer);
    }
}
