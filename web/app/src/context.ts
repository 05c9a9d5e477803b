import { getContext, setContext } from 'svelte';
import type { Account } from '@connect-chat/sdk/accounts';
import type { FullClient } from '@connect-chat/sdk/full';
import type { Drafts } from './drafts.svelte.js';
import type { Names } from './names.svelte.js';
import type { Session } from './session.svelte.js';

/** What every part of the app below the login has at hand. */
export interface App {
    readonly session: Session;
    readonly client: FullClient;
    readonly account: Account;
    readonly names: Names;
    readonly drafts: Drafts;
}

const key = Symbol('app');

export function provideApp(app: App): App {
    return setContext(key, app);
}

export function useApp(): App {
    return getContext<App>(key);
}
