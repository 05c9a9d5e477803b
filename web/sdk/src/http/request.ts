import { ErrorCode } from '../codes.js';
import { ConnectError, networkError } from '../errors.js';
import { problemOf } from './problem.js';

export interface CallOptions {
    readonly signal?: AbortSignal | undefined;
    /** How often a call is made in all when its fate is unknown or the server had no room; 3 unless told. */
    readonly attempts?: number;
}

/** How the wire is reached; all of it has defaults in browsers and Node. */
export interface HttpOptions {
    /** Where another `fetch` has to be used: proxies, tests, own trust. */
    readonly fetch?: typeof fetch;
    /** How long one attempt may take; 30 s unless told. */
    readonly timeoutMs?: number;
}

/** The server's root, from the address of the socket or of any of its pages. */
export function rootOf(url: string): string {
    const root = new URL(url, globalThis.location?.href);
    root.protocol = root.protocol === 'wss:' || root.protocol === 'https:' ? 'https:' : 'http:';
    return root.origin;
}

/** One attempt of one call. */
export async function send(
    root: string,
    http: HttpOptions,
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
    signal?: AbortSignal,
): Promise<Response> {
    signal?.throwIfAborted();
    const deadline = AbortSignal.timeout(http.timeoutMs ?? 30_000);
    const init: RequestInit = {
        method,
        headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
    };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await onWire(signal, (http.fetch ?? fetch)(root + path, init));
    if (response.ok) return response;
    throw await problemOf(response);
}

/** The JSON of an answer. */
export async function readJson<T>(response: Response, signal?: AbortSignal): Promise<T> {
    const text = await onWire(signal, response.text());
    if (text === '') return undefined as T;
    try {
        return JSON.parse(text) as T;
    } catch (cause) {
        throw networkError("The server's answer cannot be read.", cause);
    }
}

/** Whatever fails on the wire is a fault of the network; only the caller's own end of it stays what it is. */
export async function onWire<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
    try {
        return await work;
    } catch (cause) {
        if (signal?.aborted === true) throw signal.reason;
        const why = cause instanceof Error ? cause.message : String(cause);
        throw networkError(`The server cannot be reached: ${why}`, cause);
    }
}

/** Whether an attempt failed so that the very same call is worth repeating at once. */
export function isPassing(error: unknown): error is ConnectError {
    return (
        error instanceof ConnectError &&
        error.retryable &&
        error.code !== ErrorCode.rate_limited &&
        error.code !== ErrorCode.predecessor
    );
}

/** How long the wait before attempt `next` (1, 2 …) is: what the server asked for, else 0.3 s doubled, with jitter. */
export function waitBefore(next: number, error: ConnectError): number {
    const own = Math.min(5_000, 300 * 2 ** (next - 1));
    return Math.max(error.retryAfterMs, own / 2 + Math.random() * (own / 2));
}

export function pause(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const ended = () => {
            clearTimeout(timer);
            reject(signal?.reason);
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', ended);
            resolve();
        }, ms);
        signal?.addEventListener('abort', ended, { once: true });
    });
}
