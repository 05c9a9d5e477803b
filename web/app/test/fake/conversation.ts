import type {
    ConnectEvent,
    Entry,
    LogItem,
    MemberPlace,
    Outgoing,
    Role,
    SendHandle,
    SendOptions,
} from '@connect-chat/sdk';
import type {
    ConversationWindow,
    FullConversation,
    GroupMember,
    NewGroup,
    WindowContent,
} from '@connect-chat/sdk/full';
import { ConnectError, isMessage } from '@connect-chat/sdk';
import type { FakeClient } from './client.js';
import { FakeView, Watched } from './views.js';

const wait = (ms: number) => new Promise<void>((done) => (ms > 0 ? setTimeout(done, ms) : done()));

class FakeConversationView extends FakeView<WindowContent> implements ConversationWindow {
    constructor(
        private readonly client: FakeClient,
        private readonly id: string,
        watched: Watched<WindowContent>,
    ) {
        super(watched);
    }

    async loadOlder(count = 50): Promise<void> {
        await wait(this.client.delay);
        this.client.must(this.id).shown += count;
        this.client.changed(this.id);
    }

    /** It always shows the newest ones. */
    loadNewer(): Promise<void> {
        return Promise.resolve();
    }

    jump(): Promise<void> {
        return Promise.resolve();
    }
}

/** The doors of one conversation of the fake. */
export class FakeConversationDoor implements FullConversation {
    static #cids = 0;

    constructor(
        private readonly client: FakeClient,
        readonly id: string,
    ) {}

    send(text: string, options: SendOptions = {}): Promise<SendHandle> {
        const one = this.client.must(this.id);
        const cid = `fake-${++FakeConversationDoor.#cids}`;
        const live = this.client.state.state === 'live';
        const message: Outgoing = {
            cid,
            conversation: this.id,
            text,
            time: Date.now(),
            state: live ? 'sending' : 'queued',
            discardable: !live,
        };
        one.outgoing = [...one.outgoing, message];
        if (options.seen !== undefined)
            one.info = { ...one.info, read: Math.max(one.info.read, options.seen), request: false };
        this.client.changed(this.id);
        return Promise.resolve({ cid, sent: live ? this.#answer(cid, text) : new Promise(() => undefined) });
    }

    async #answer(cid: string, text: string) {
        await wait(this.client.delay);
        const one = this.client.must(this.id);
        if (text.includes('/fail')) {
            const error = new ConnectError(203, 'forbidden', 'refused');
            const failed = (message: Outgoing): Outgoing =>
                message.cid === cid ? { ...message, state: 'failed', error, discardable: true } : message;
            one.outgoing = one.outgoing.map(failed);
            this.client.changed(this.id);
            throw error;
        }
        const seq = one.info.head + 1;
        const time = Date.now();
        const entry: Entry = {
            type: 'entry',
            conversation: this.id,
            seq,
            time,
            kind: 'message',
            from: this.client.user,
            cid,
            text,
        };
        one.outgoing = one.outgoing.filter((message) => message.cid !== cid);
        one.log.push(entry);
        one.shown++;
        this.client.patch(this.id, { head: seq, last: entry, read: seq, unread: 0, request: false });
        void this.#receipts(seq);
        return { cid, conversation: this.id, seq, time };
    }

    async #receipts(seq: number): Promise<void> {
        if (this.client.delay === 0) return;
        await wait(this.client.delay * 2);
        this.client.receipts(this.id, seq, 0);
        await wait(this.client.delay * 3);
        this.client.receipts(this.id, seq, seq);
    }

    markRead(seq: number): Promise<void> {
        const { info, log } = this.client.must(this.id);
        if (seq <= info.read) return Promise.resolve();
        const above = (item: LogItem) => isMessage(item) && item.from !== this.client.user && item.seq > seq;
        this.client.patch(this.id, { read: seq, unread: log.filter(above).length });
        return Promise.resolve();
    }

    typing(): void {
        // Nobody is there to see it.
    }

    stopTyping(): void {
        // Nobody is there to see it.
    }

    openView(): Promise<ConversationWindow> {
        try {
            let watched = this.client.contents.get(this.id);
            if (!watched) {
                watched = new Watched(this.client.contentOf(this.id));
                this.client.contents.set(this.id, watched);
            }
            return Promise.resolve(new FakeConversationView(this.client, this.id, watched));
        } catch (error) {
            return Promise.reject(error instanceof Error ? error : new Error('unknown'));
        }
    }

    async *history(): AsyncIterable<readonly LogItem[]> {
        yield this.client.must(this.id).log;
    }

    async *events(): AsyncIterable<ConnectEvent> {
        // The app listens by the client's onEvent.
    }

    readers(seq: number): Promise<readonly MemberPlace[]> {
        return Promise.resolve(this.client.must(this.id).info.others.filter((place) => place.delivered >= seq));
    }

    acceptRequest(): Promise<void> {
        this.client.patch(this.id, { request: false });
        return Promise.resolve();
    }

    declineRequest(): Promise<void> {
        this.client.patch(this.id, { request: false, hidden: true });
        return Promise.resolve();
    }

    mute(until = 0): Promise<void> {
        this.client.patch(this.id, { mutedUntil: until });
        return Promise.resolve();
    }

    hide(hidden = true): Promise<void> {
        this.client.patch(this.id, { hidden });
        return Promise.resolve();
    }

    members(): Promise<readonly GroupMember[]> {
        return Promise.resolve(this.client.must(this.id).members);
    }

    addMembers(users: readonly string[]): Promise<NewGroup> {
        const one = this.client.must(this.id);
        const fresh = users.map((user) => ({ user, username: this.client.usernameOf(user), role: 'member' as const }));
        one.members = [...one.members, ...fresh];
        this.client.patch(this.id, { memberCount: one.members.length });
        return Promise.resolve({ conversation: this.id, added: users, invited: [] });
    }

    removeMember(user: string): Promise<void> {
        const one = this.client.must(this.id);
        one.members = one.members.filter((member) => member.user !== user);
        this.client.patch(this.id, { memberCount: one.members.length });
        return Promise.resolve();
    }

    withdrawInvite(user: string): Promise<void> {
        return this.removeMember(user);
    }

    setRole(user: string, role: Role): Promise<void> {
        const one = this.client.must(this.id);
        one.members = one.members.map((member) => (member.user === user ? { ...member, role } : member));
        this.client.changed(this.id);
        return Promise.resolve();
    }

    rename(title: string): Promise<void> {
        this.client.patch(this.id, { title });
        return Promise.resolve();
    }

    leave(): Promise<void> {
        this.client.must(this.id).over = true;
        this.client.changed(this.id);
        return Promise.resolve();
    }
}
