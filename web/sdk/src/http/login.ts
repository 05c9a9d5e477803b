import type { AccessToken } from '../api.js';
import { ErrorCode } from '../codes.js';
import { ConnectError } from '../errors.js';
import type { AccountStore, StoredLogin } from '../stores/account.js';
import { Exclusive } from './exclusive.js';
import type { Locks } from './exclusive.js';
import { isPassing, pause, readJson, send, waitBefore } from './request.js';
import type { HttpOptions } from './request.js';

/** A token is renewed when less than this is left of it, so that it lasts for a connection. */
const margin = 90_000;

/** How often a refresh is asked for before the caller learns that there is no network. */
const attempts = 4;

export interface TokenAnswer {
    readonly access_token: string;
    readonly expires_at: number;
    readonly refresh_token: string;
    readonly user: string;
    readonly device: string;
    /** How long the access token lasts from this answer on, in ms, by the server's clock alone. */
    readonly lifetime: number;
}

/**
 * The tokens of one login. Refresh tokens rotate: each new one is stored before it is used, and only one refresh runs at a
 * time, over all tabs that share the store.
 */
export class LoginTokens {
    readonly #one: Exclusive;
    #shown: string | undefined;
    /** The token that was asked for here, and when it ends by a clock that nobody sets. */
    #own: { readonly token: string; readonly ends: number } | undefined;

    constructor(
        private readonly root: string,
        private readonly http: HttpOptions,
        private readonly store: AccountStore,
        locks: Locks | undefined,
        private readonly ended: (error: ConnectError) => void,
    ) {
        this.#one = new Exclusive(store.name === undefined ? undefined : `${store.name}:login`, locks);
    }

    /** A token that is valid for a while; with `renew` another one than was given last. */
    get(renew: boolean): Promise<AccessToken> {
        const refused = renew ? this.#shown : undefined;
        return this.#one.run(async () => {
            // The store and not this object knows the truth: another tab may have refreshed or logged out.
            const login = await this.store.load();
            if (login === undefined || login.refreshToken === '') throw over('This device is not logged in.');
            const known = this.#usable(login);
            if (known !== undefined && known.token !== refused) return this.#show(known);
            return this.#show(await this.#refresh(login));
        });
    }

    /** Ends the login here; the device is remembered unless `forget`. */
    end(forget: boolean): Promise<void> {
        return this.#one.run(async () => {
            const login = await this.store.load();
            if (forget) await this.store.clear();
            else if (login !== undefined) await this.store.save(ended(login));
        });
    }

    async #refresh(login: StoredLogin): Promise<AccessToken> {
        // Not cancelled once begun: the server may have rotated the token, and the answer has the new one.
        for (let attempt = 1; ; attempt++) {
            try {
                const answer = await grant(this.root, this.http, {
                    grant: 'refresh',
                    refresh_token: login.refreshToken,
                });
                this.#own = { token: answer.access_token, ends: performance.now() + answer.lifetime };
                return await keep(this.store, answer, login.username);
            } catch (error) {
                if (error instanceof ConnectError && isEnd(error)) {
                    await this.store.save(ended(login));
                    this.ended(error);
                    throw error;
                }
                // An answer that got lost can be asked for again, with the same token, for 60 seconds.
                if (attempt >= attempts || !isPassing(error)) throw error;
                await pause(waitBefore(attempt, error));
            }
        }
    }

    /**
     * This device's clock may be wrong, and may be set: a lifetime counts from when the answer came. Where another tab or an earlier
     * page got it, that is kept by the clock of the device as it was then.
     */
    #usable({ accessToken, expiresAt = 0, goodUntil = expiresAt }: StoredLogin): AccessToken | undefined {
        if (accessToken === undefined) return undefined;
        const own = accessToken === this.#own?.token ? this.#own.ends - performance.now() : Infinity;
        // Neither clock alone: the steady one may stand still while the device sleeps.
        return Math.min(own, goodUntil - Date.now()) > margin ? { token: accessToken, expiresAt } : undefined;
    }

    #show(access: AccessToken): AccessToken {
        this.#shown = access.token;
        return access;
    }
}

/** Asks for tokens by password or refresh token. */
export async function grant(root: string, http: HttpOptions, body: object, signal?: AbortSignal): Promise<TokenAnswer> {
    const response = await send(root, http, 'POST', '/v1/tokens', body, {}, signal);
    const served = Date.parse(response.headers.get('Date') ?? '');
    const answer = await readJson<TokenAnswer>(response, signal);
    return { ...answer, lifetime: answer.expires_at - (served || Date.now()) };
}

/** Stores new tokens before anybody uses them. */
export async function keep(store: AccountStore, answer: TokenAnswer, username: string): Promise<AccessToken> {
    await store.save({
        user: answer.user,
        username,
        device: answer.device,
        refreshToken: answer.refresh_token,
        accessToken: answer.access_token,
        expiresAt: answer.expires_at,
        goodUntil: Date.now() + answer.lifetime,
    });
    return { token: answer.access_token, expiresAt: answer.expires_at };
}

/** Whether an error says that the login is over. */
export function isEnd(error: ConnectError): boolean {
    return error.code === ErrorCode.unauthenticated || error.code === ErrorCode.token_expired;
}

export function over(message: string): ConnectError {
    return new ConnectError(ErrorCode.unauthenticated, 'unauthenticated', message);
}

function ended({ user, username, device }: StoredLogin): StoredLogin {
    return { user, username, device, refreshToken: '' };
}
