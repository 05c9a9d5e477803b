import type {
    ConnectEvent,
    ConnectionState,
    ConversationItem,
    ConversationList,
    Entry,
    MemberPlace,
    Outgoing,
    SendHandle,
    StateChange,
    UserPresence,
    View,
} from '@connect-chat/sdk';
import type { FullClient, FullConversation, WindowContent } from '@connect-chat/sdk/full';
import { ConnectError } from '@connect-chat/sdk';
import { FakeConversationDoor } from './conversation.js';
import { me, people } from './people.js';
import { FakeRelations } from './relations.js';
import { FakeView, Watched } from './views.js';
import { sampleWorld, type FakeConversation } from './world.js';

/** A client in memory: nothing is sent anywhere; what is sent is acknowledged, delivered and read after moments. */
export class FakeClient extends FakeRelations implements FullClient {
    readonly world: Map<string, FakeConversation>;
    readonly user = me;
    readonly contents = new Map<string, Watched<WindowContent>>();
    readonly #list: Watched<ConversationList>;
    readonly #states = new Set<(change: StateChange) => void>();
    state: StateChange = { state: 'offline' };
    textLimit = 8000;
    active = true;
    /** Real moments when shown to people; a test lets time run by itself. */
    readonly delay: number;

    constructor(options: { world?: readonly FakeConversation[]; delay?: number; complete?: boolean } = {}) {
        super();
        this.world = new Map((options.world ?? sampleWorld(Date.now())).map((one) => [one.info.id, one]));
        this.delay = options.delay ?? 0;
        this.#list = new Watched<ConversationList>({ items: this.#items(), complete: options.complete ?? true });
    }

    now(): number {
        return Date.now();
    }

    endedBefore(): number {
        return Date.now() - 30 * 86_400_000;
    }

    connect(): Promise<ConnectionState> {
        this.setState({ state: 'live' });
        return Promise.resolve('live');
    }

    disconnect(): Promise<void> {
        this.setState({ state: 'offline' });
        return Promise.resolve();
    }

    close(): Promise<void> {
        return this.disconnect();
    }

    setState(change: StateChange): void {
        this.state = change;
        for (const listener of this.#states) listener(change);
    }

    onState(listener: (change: StateChange) => void): () => void {
        this.#states.add(listener);
        return () => this.#states.delete(listener);
    }

    async *events(): AsyncIterable<ConnectEvent> {
        // The app listens by onEvent alone.
    }

    conversation(id: string): FullConversation {
        return new FakeConversationDoor(this, id);
    }

    openDirect(username: string): Promise<FullConversation> {
        const found = [...this.world.values()].find((one) => one.info.title === username);
        if (!found) return Promise.reject(new ConnectError(301, 'not_found', 'no such user'));
        return Promise.resolve(this.conversation(found.info.id));
    }

    openList(): Promise<View<ConversationList>> {
        return Promise.resolve(new FakeView(this.#list));
    }

    outgoing(): Promise<readonly Outgoing[]> {
        return Promise.resolve([...this.world.values()].flatMap((one) => one.outgoing));
    }

    discard(cid: string): Promise<boolean> {
        for (const one of this.world.values()) one.outgoing = one.outgoing.filter((message) => message.cid !== cid);
        this.changed();
        return Promise.resolve(true);
    }

    async retry(cid: string): Promise<SendHandle> {
        const one = [...this.world.values()].find((each) => each.outgoing.some((message) => message.cid === cid));
        const message = one?.outgoing.find((each) => each.cid === cid);
        if (!one || !message) throw new ConnectError(301, 'not_found', 'no such message');
        await this.discard(cid);
        return this.conversation(one.info.id).send(message.text);
    }

    setActive(active: boolean): void {
        this.active = active;
    }

    watch(): void {
        // Presence of all is known here.
    }

    unwatch(): void {
        // Presence of all is known here.
    }

    presence(user: string): UserPresence | undefined {
        return [...this.world.values()].find((one) => one.info.peer === user)?.info.presence;
    }

    addConversation(one: FakeConversation): void {
        this.world.set(one.info.id, one);
        this.changed(one.info.id);
    }

    // ---- what tests do to it ------------------------------------------------------------------------------------

    /** Somebody writes. */
    receive(conversation: string, from: string, text: string): void {
        const one = this.must(conversation);
        const seq = one.info.head + 1;
        const entry: Entry = {
            type: 'entry',
            conversation,
            seq,
            time: Date.now(),
            kind: 'message',
            from,
            cid: `r-${seq}`,
            text,
        };
        one.log.push(entry);
        one.shown++;
        this.patch(conversation, {
            head: seq,
            last: entry,
            unread: from === me ? one.info.unread : one.info.unread + 1,
            typing: one.info.typing.filter((user) => user !== from),
        });
        this.emit(entry);
    }

    patch(conversation: string, change: Partial<ConversationItem>): void {
        const one = this.must(conversation);
        one.info = { ...one.info, ...change };
        this.changed(conversation);
    }

    receipts(conversation: string, delivered: number, read: number): void {
        const rise = (place: MemberPlace): MemberPlace => ({
            ...place,
            delivered: Math.max(place.delivered, delivered),
            read: Math.max(place.read, read),
        });
        this.patch(conversation, { others: this.must(conversation).info.others.map(rise) });
    }

    must(conversation: string): FakeConversation {
        const one = this.world.get(conversation);
        if (!one) throw new ConnectError(301, 'not_found', 'no such conversation');
        return one;
    }

    changed(conversation?: string): void {
        this.#list.set({ ...this.#list.current, items: this.#items() });
        for (const [id, content] of this.contents) {
            if (conversation === undefined || conversation === id) content.set(this.contentOf(id));
        }
    }

    contentOf(id: string): WindowContent {
        const { info, log, outgoing, over, shown } = this.must(id);
        return {
            conversation: id,
            info,
            items: log.slice(-shown),
            outgoing: [...outgoing],
            read: info.read,
            others: info.others,
            typing: info.typing,
            hasOlder: log.length > shown,
            hasNewer: false,
            over,
        };
    }

    usernameOf(user: string): string {
        return people[user] ?? '';
    }

    #items(): ConversationItem[] {
        return [...this.world.values()]
            .map((one) => {
                const outgoing = one.outgoing.at(-1);
                return outgoing ? { ...one.info, outgoing } : one.info;
            })
            .sort((a, b) => (b.outgoing?.time ?? b.last?.time ?? 0) - (a.outgoing?.time ?? a.last?.time ?? 0));
    }
}
