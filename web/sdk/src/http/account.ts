import type { AccessToken } from '../api.js';
import type { Account, Device } from '../apiAccounts.js';
import { ConnectError } from '../errors.js';
import { memoryAccountStore } from '../stores/account.js';
import type { AccountStore } from '../stores/account.js';
import { TokenApi } from './api.js';
import { webLocks } from './exclusive.js';
import type { Locks } from './exclusive.js';
import { grant, isEnd, keep, LoginTokens } from './login.js';
import * as me from './me.js';
import { rootOf, send } from './request.js';
import type { HttpOptions } from './request.js';

export interface AccountOptions extends HttpOptions {
    /** Where the login is stored; by default it is forgotten when the page closes. */
    readonly store?: AccountStore;
    readonly locks?: Locks;
}

export interface Login {
    readonly username: string;
    readonly password: string;
    /** The name shown in the user's list of devices. */
    readonly deviceName?: string;
    /** The device id to reuse; by default the one the store holds for this user. */
    readonly device?: string;
    readonly store?: AccountStore;
}

/** This device's login. It gets access tokens with a refresh token that it keeps in its store. */
export class ConnectAccount implements Account {
    /** The HTTP API, authenticated with this login. */
    readonly http: TokenApi;
    readonly #tokens: LoginTokens;
    readonly #listeners = new Set<(error: ConnectError | undefined) => void>();
    readonly #channel: BroadcastChannel | undefined;
    #over = false;

    private constructor(
        url: string,
        store: AccountStore,
        options: AccountOptions,
        readonly user: string,
        readonly username: string,
        readonly device: string,
    ) {
        this.#tokens = new LoginTokens(rootOf(url), options, store, options.locks ?? webLocks(), (error) =>
            this.#end(error, true),
        );
        this.http = new TokenApi(url, (renew) => this.token(renew), options);
        if (store.name !== undefined && typeof BroadcastChannel === 'function') {
            this.#channel = new BroadcastChannel(`${store.name}:login`);
            this.#channel.onmessage = () => this.#end(undefined, false);
            (this.#channel as { unref?: () => void }).unref?.();
        }
    }

    /** Creates an account. It does not log in. */
    static async register(url: string, username: string, password: string, options: HttpOptions = {}): Promise<void> {
        await send(rootOf(url), options, 'POST', '/v1/accounts', { username, password }, {});
    }

    /** Logs in with a password and remembers the login in the store. */
    static async login(url: string, login: Login, options: AccountOptions = {}): Promise<ConnectAccount> {
        const store = login.store ?? options.store ?? memoryAccountStore();
        const { username, password, deviceName } = login;
        // Another user's device is answered with a new one, so whose it was does not matter.
        const device = login.device ?? (await store.load())?.device;
        const answer = await grant(rootOf(url), options, {
            grant: 'password',
            username,
            password,
            device_name: deviceName,
            device_id: device === '' ? undefined : device,
        });
        await keep(store, answer, username);
        return new ConnectAccount(url, store, options, answer.user, username, answer.device);
    }

    /** Opens the login remembered in the store; undefined if the user has to log in first. */
    static async open(
        url: string,
        store: AccountStore,
        options: AccountOptions = {},
    ): Promise<ConnectAccount | undefined> {
        const login = await store.load();
        if (login === undefined || login.refreshToken === '') return undefined;
        return new ConnectAccount(url, store, options, login.user, login.username, login.device);
    }

    /** Whether the login has ended, so that the user has to log in again. */
    get over(): boolean {
        return this.#over;
    }

    /** Calls the listener once when the login ends: by a logout here or in another tab, or because the server ended it. */
    onEnded(listener: (error: ConnectError | undefined) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    token(renew = false): Promise<AccessToken> {
        return this.#tokens.get(renew);
    }

    /** Ends the login on this device even if the server cannot be reached; it rejects in that case. */
    async logout(everywhere = false): Promise<void> {
        try {
            await this.http.request('DELETE', everywhere ? '/v1/tokens?everywhere=true' : '/v1/tokens');
        } catch (error) {
            // It had ended before: that is as good.
            if (!(error instanceof ConnectError && isEnd(error))) throw error;
        } finally {
            await this.#tokens.end(false);
            this.#end(undefined, true);
        }
    }

    devices(): Promise<readonly Device[]> {
        return me.devices(this.http);
    }

    revokeDevice(device: string): Promise<void> {
        return me.revokeDevice(this.http, device);
    }

    changePassword(current: string, next: string): Promise<void> {
        return me.changePassword(this.http, current, next);
    }

    exportData(): Promise<Blob> {
        return me.exportData(this.http);
    }

    async deleteAccount(password: string): Promise<void> {
        await me.deleteAccount(this.http, password);
        await this.#tokens.end(true);
        this.#end(undefined, true);
    }

    /** Stops listening to other tabs; the login stays in the store. */
    close(): void {
        this.#channel?.close();
    }

    #end(error: ConnectError | undefined, tell: boolean): void {
        if (this.#over) return;
        this.#over = true;
        if (tell) this.#channel?.postMessage('ended');
        this.#channel?.close();
        for (const listener of this.#listeners) listener(error);
        this.#listeners.clear();
    }
}
