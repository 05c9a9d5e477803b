/** The login of a device, as it is kept. */
export interface StoredLogin {
    readonly user: string;
    readonly username: string;
    /** Stays over logouts, so that the next login of this user is the same device. */
    readonly device: string;
    /** Empty after a logout. */
    readonly refreshToken: string;
    /** The last access token, so that other tabs need not ask for one of their own. */
    readonly accessToken?: string;
    readonly expiresAt?: number;
    /** When it ends, by this device's clock as it was when the token came. */
    readonly goodUntil?: number;
}

/** Where a login is kept. What was saved must be durable when `save` resolves: with the first use of a token the one before ends. */
export interface AccountStore {
    /** The same for all tabs and processes that see the same login; absent = nobody else sees it. */
    readonly name?: string;
    load(): Promise<StoredLogin | undefined>;
    save(login: StoredLogin): Promise<void>;
    /** Forgets all, the device too. */
    clear(): Promise<void>;
}

/** Keeps a login as long as the process or page lives. */
export function memoryAccountStore(login?: StoredLogin): AccountStore {
    let kept = login;
    return {
        load: () => Promise.resolve(kept),
        save: (next) => {
            kept = next;
            return Promise.resolve();
        },
        clear: () => {
            kept = undefined;
            return Promise.resolve();
        },
    };
}
