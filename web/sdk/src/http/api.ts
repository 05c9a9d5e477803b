import type { AccessToken } from '../api.js';
import { ErrorCode } from '../codes.js';
import { ConnectError } from '../errors.js';
import { isPassing, onWire, pause, readJson, rootOf, send, waitBefore } from './request.js';
import type { HttpApi } from './http.js';
import type { CallOptions, HttpOptions } from './request.js';

/** Where a call gets its token from; `renew` asks for one that is newer than the last. */
export type TokenSource = (renew: boolean) => Promise<AccessToken>;

/** Calls with the token of a login: a token that has ended is renewed once, what passes is tried again. */
export class TokenApi implements HttpApi {
    readonly #root: string;

    constructor(
        url: string,
        private readonly token: TokenSource,
        private readonly http: HttpOptions = {},
    ) {
        this.#root = rootOf(url);
    }

    request(
        method: string,
        path: string,
        body?: unknown,
        headers: Readonly<Record<string, string>> = {},
        options: CallOptions = {},
    ): Promise<unknown> {
        return this.#call(method, path, body, headers, options, (response) => readJson(response, options.signal));
    }

    /** The answer as it is. */
    download(path: string, options: CallOptions = {}): Promise<Blob> {
        return this.#call('GET', path, undefined, {}, options, (response) => onWire(options.signal, response.blob()));
    }

    async #call<T>(
        method: string,
        path: string,
        body: unknown,
        headers: Readonly<Record<string, string>>,
        options: CallOptions,
        read: (response: Response) => Promise<T>,
    ): Promise<T> {
        const attempts = options.attempts ?? 3;
        let renewed = false;
        let renew = false;
        for (let attempt = 1; ;) {
            try {
                const { token } = await this.token(renew);
                renew = false;
                const all = { ...headers, Authorization: `Bearer ${token}` };
                return await read(await send(this.#root, this.http, method, path, body, all, options.signal));
            } catch (error) {
                if (!renewed && needsRenewal(error)) {
                    renewed = renew = true;
                } else if (attempt < attempts && isPassing(error)) {
                    await pause(waitBefore(attempt++, error), options.signal);
                } else {
                    throw error;
                }
            }
        }
    }
}

/** A token that has ended. `unauthenticated` without a field may be one, too: the renewal then tells whether the login is over. */
function needsRenewal(error: unknown): boolean {
    return (
        error instanceof ConnectError &&
        (error.code === ErrorCode.token_expired || (error.code === ErrorCode.unauthenticated && error.field === ''))
    );
}
