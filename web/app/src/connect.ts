import { type AccountStore, ConnectAccount, memoryAccountStore } from '@connect-chat/sdk/accounts';
import { FullConnectClient } from '@connect-chat/sdk/full';
import { idbAccountStore, idbStore } from '@connect-chat/sdk/idb';
import { shareTabs } from '@connect-chat/sdk/tabs';
import type { Backend, Opened } from './backend.js';

/** The server that served this page. One login for all tabs, and one socket for all of them. */
export function serverBackend(origin: string = location.origin): Backend {
    const url = `${origin.replace(/^http/, 'ws')}/v1/connect`;
    let logins: Promise<AccountStore> | undefined;
    /** Where the login is kept: in memory alone where this browser lets nothing be kept. */
    const loginStore = (): Promise<AccountStore> => {
        const kept = idbAccountStore();
        return (logins ??= kept.load().then(
            () => kept,
            () => memoryAccountStore(),
        ));
    };
    const open = (account: ConnectAccount, forgetful: boolean): Opened => {
        const onEnded = (listener: () => void) => account.onEnded(listener);
        if (forgetful) {
            const client = new FullConnectClient(url, {
                token: (renew) => account.token(renew),
                device: account.device,
            });
            return { account, client, forgetful, onEnded, forget: () => Promise.resolve() };
        }
        // One database a device: what another user of this browser holds is never mixed with it.
        const name = `connect:${account.device}`;
        const store = idbStore(name);
        const client = new FullConnectClient(url, {
            token: (renew) => account.token(renew),
            device: account.device,
            store,
            share: shareTabs(name),
        });
        const forget = async (gone: boolean): Promise<void> => {
            await store.clear(!gone);
            await store.close();
        };
        return { account, client, onEnded, forget };
    };
    const logIn = async (username: string, password: string): Promise<Opened> => {
        const store = await loginStore();
        const login = { username, password, deviceName: deviceName(), store };
        return open(await ConnectAccount.login(url, login), store.name === undefined);
    };
    return {
        async restore() {
            const store = await loginStore();
            const account = await ConnectAccount.open(url, store);
            return account && open(account, store.name === undefined);
        },
        logIn,
        async signUp(username, password) {
            await ConnectAccount.register(url, username, password);
            return logIn(username, password);
        },
    };
}

/** What the list of devices shows, for instance "Firefox on Linux". */
export function deviceName(agent: string = navigator.userAgent): string {
    const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1];
    const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' };
    const system = /(Windows|Android|iPhone|iPad|Mac OS X|CrOS|Linux)/.exec(agent)?.[1];
    const shown = browser ? (names[browser] ?? browser) : 'Browser';
    return system ? `${shown} on ${system === 'Mac OS X' ? 'macOS' : system}` : shown;
}
