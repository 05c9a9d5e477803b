import type { Account } from '@connect-chat/sdk/accounts';
import type { FullClient } from '@connect-chat/sdk/full';

/** A login with its client, not connected yet. */
export interface Opened {
    readonly account: Account;
    readonly client: FullClient;
    /** The browser keeps nothing: login and messages last as long as the page. */
    readonly forgetful?: boolean;
    /** Calls the listener when another tab ends the login. */
    onEnded(listener: () => void): () => void;
    /**
     * Called once the client is closed and the login over: nothing of it stays in this browser, but, unless the account is
     * gone, what waits to be sent.
     */
    forget(gone: boolean): Promise<void>;
}

/** Where logins come from: the SDK against the server, or a fake in tests. */
export interface Backend {
    /** The login that is kept on this device, if any. */
    restore(): Promise<Opened | undefined>;
    logIn(username: string, password: string): Promise<Opened>;
    /** Makes the account and logs in. */
    signUp(username: string, password: string): Promise<Opened>;
}
