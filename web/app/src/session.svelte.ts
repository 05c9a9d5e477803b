import type { ConversationItem, ConversationList, StateChange, View } from '@connect-chat/sdk';
import type { Account } from '@connect-chat/sdk/accounts';
import type { FullClient } from '@connect-chat/sdk/full';
import type { Backend, Opened } from './backend.js';
import { clock } from './clock.svelte.js';
import { clearNotes } from './notifications/notes.js';
import { People } from './people.svelte.js';

export type Phase = 'starting' | 'out' | 'in';

/** Close codes after which another login is needed. */
const loginEnded = new Set([4501, 4502]);

/** Who is logged in, and what the client says, as state. Whoever ends the login goes through here. */
export class Session {
    phase = $state<Phase>('starting');
    connection = $state.raw<StateChange>({ state: 'offline' });
    list = $state.raw<ConversationList>({ items: [], complete: false });
    blocked = $state.raw<ReadonlySet<string>>(new Set());
    /** Invites and contact requests. */
    readonly people = new People();
    /** Nothing is kept in this browser: the login is over when the page is left. */
    forgetful = $state(false);
    /** The close code after which the login was over; 0 when it was ended here. */
    endedBy = $state(0);
    readonly unread = $derived(this.list.items.reduce((sum, item) => sum + (this.#counts(item) ? item.unread : 0), 0));
    #opened: Opened | undefined;
    #ends: (() => void)[] = [];

    constructor(private readonly backend: Backend) {}

    get account(): Account {
        return this.#must().account;
    }

    get client(): FullClient {
        return this.#must().client;
    }

    async restore(): Promise<void> {
        const opened = await this.backend.restore().catch(() => undefined);
        if (opened) await this.#open(opened);
        else {
            this.phase = 'out';
            void clearNotes();
        }
    }

    async logIn(username: string, password: string): Promise<void> {
        await this.#open(await this.backend.logIn(username, password));
    }

    async signUp(username: string, password: string): Promise<void> {
        await this.#open(await this.backend.signUp(username, password));
    }

    /** Ends the login of this device. `wiped`: the account itself is gone, nothing is to be told to the server. */
    async logOut(wiped = false): Promise<void> {
        const opened = this.#opened;
        this.#forget();
        this.endedBy = 0;
        if (!opened) return;
        await this.#leave(opened, wiped);
        if (!wiped) await opened.account.logout();
    }

    item(conversation: string): ConversationItem | undefined {
        return this.list.items.find((item) => item.id === conversation);
    }

    async #open(opened: Opened): Promise<void> {
        this.#opened = opened;
        this.endedBy = 0;
        this.forgetful = opened.forgetful === true;
        const { client } = opened;
        // Told by the tab that logged out: the server may be out of reach, and this tab's memory is gone with the login.
        this.#ends.push(opened.onEnded(() => this.#end(4501)));
        this.#ends.push(client.onState((change) => this.#changed(change)));
        this.#ends.push(client.onEvent((event) => event.type === 'contact' && void this.#readBlocks()));
        this.#ends.push(this.people.follow(client, (id) => this.item(id) !== undefined));
        const view: View<ConversationList> = await client.openList();
        this.#ends.push(view.subscribe((list) => (this.list = list)));
        this.#ends.push(() => view.close());
        this.connection = client.state;
        this.phase = 'in';
        client.setActive(document.visibilityState === 'visible');
        // It resolves when live, or when it must wait; what comes of it is told by the states.
        void client.connect().catch(() => undefined);
        void this.#readBlocks();
    }

    #changed(change: StateChange): void {
        const before = this.connection.state;
        this.connection = change;
        if (change.state === 'live' && before !== 'live') void this.#readBlocks();
        const close = change.error?.close ?? 0;
        if (change.state === 'offline' && (loginEnded.has(close) || change.error?.code === 201))
            this.#end(close || 4501);
    }

    /** It was ended elsewhere. */
    #end(close: number): void {
        const opened = this.#opened;
        this.#forget();
        this.endedBy = close;
        if (opened) void this.#leave(opened, close === 4502);
    }

    async #readBlocks(): Promise<void> {
        const client = this.#opened?.client;
        const blocks = await client?.blocks().catch(() => undefined);
        if (blocks && client === this.#opened?.client) this.blocked = new Set(blocks.map((block) => block.user));
    }

    /** What people wrote goes from this browser with the login. */
    async #leave(opened: Opened, gone: boolean): Promise<void> {
        forgetTexts(opened.account.user);
        void clearNotes();
        await opened.client.close().catch(() => undefined);
        await opened.forget(gone).catch(() => undefined);
    }

    #forget(): void {
        for (const end of this.#ends.splice(0)) end();
        this.#opened = undefined;
        this.list = { items: [], complete: false };
        this.blocked = new Set();
        this.connection = { state: 'offline' };
        this.phase = 'out';
    }

    #counts(item: ConversationItem): boolean {
        return (
            !item.hidden &&
            !item.request &&
            !((item.mutedUntil ?? 0) > (this.#opened ? clock.now(this.#opened.client) : 0))
        );
    }

    #must(): Opened {
        if (!this.#opened) throw new Error('nobody is logged in');
        return this.#opened;
    }
}

/** Drafts and names are for the person's eyes; they go with the login. */
function forgetTexts(user: string): void {
    try {
        for (const key of Object.keys(localStorage)) {
            if (key.startsWith(`connect:drafts:${user}`) || key.startsWith(`connect:names:${user}`))
                localStorage.removeItem(key);
        }
    } catch {
        // No storage, nothing kept.
    }
}
