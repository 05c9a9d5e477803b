/** What the server takes from a client. */
export interface Limits {
    /** Bytes of one WebSocket message. */
    readonly frame: number;
    /** UTF-8 bytes of one text. */
    readonly text: number;
    /** Unanswered requests of one session. */
    readonly in_flight: number;
    /** Seconds that a message waits for a member. */
    readonly undelivered_ttl: number;
}

/** The protocol's defaults: they apply until a server has named its own. */
export const DEFAULT_LIMITS: Limits = { frame: 65_536, text: 8000, in_flight: 256, undelivered_ttl: 2_592_000 };

/**
 * The limits that were named, where they make sense: of one that nothing could be sent under, or that is no number at all, the
 * default holds. Everybody else may then take them as they are.
 */
export function soundLimits(named: Partial<Limits> = {}): Limits {
    const limits: { -readonly [name in keyof Limits]: number } = { ...DEFAULT_LIMITS };
    for (const name of Object.keys(limits) as (keyof Limits)[]) {
        const limit = Math.floor(named[name] as number);
        if (limit >= (name === 'frame' ? 1024 : 1) && limit < 1e9) {
            limits[name] = limit;
        }
    }

    return limits;
}

/** What a frame holds beside a text or a list, at most. */
const REST_OF_FRAME = 256;

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** How many bytes of plain text a message can have. */
export const textLimit = ({ frame, text }: Limits): number => Math.min(text, frame - REST_OF_FRAME);

/** What the application is told of them; how long a message waits for a member in ms. */
export const toldLimits = (limits: Limits) => ({
    textLimit: textLimit(limits),
    undeliveredTtl: limits.undelivered_ttl * 1000,
});

/** Whether a text can be sent: it may be within its own limit and yet, with what JSON escapes, too long for a frame. */
export const isTooLarge = (text: string, limits: Limits): boolean =>
    bytesOf(text) > limits.text || bytesOf(JSON.stringify(text)) > limits.frame - REST_OF_FRAME;

/** How many entries of a list one frame takes: `most`, or as many as are sure to fit. None is longer than 128 bytes of JSON. */
export const perFrame = (most: number, { frame }: Limits): number => Math.min(most, frame >>> 7);
