import type { ConnectEvent } from '@connect-chat/sdk';
import type { BlockedUser, Contact, FoundUser, GroupInvite, NewGroup, Privacy } from '@connect-chat/sdk/full';
import { me, people } from './people.js';
import type { FakeConversation } from './world.js';

/** Contacts, blocks, invites and privacy of the fake. */
export abstract class FakeRelations {
    readonly #listeners = new Set<(event: ConnectEvent) => void>();
    #contacts: Contact[] = [
        { user: 'u-anna', username: 'anna.lind', state: 'contact', since: Date.now() - 9e9 },
        { user: 'u-jonas', username: 'jonas', state: 'contact', since: Date.now() - 8e9 },
        { user: 'u-lea', username: 'lea.m', state: 'asked', since: Date.now() - 3e6 },
        { user: 'u-omar', username: 'omar.h', state: 'requested', since: Date.now() - 5e7 },
    ];
    #blocks: BlockedUser[] = [{ user: 'u-omar', username: 'omar.h', since: Date.now() - 5e8 }];
    #invites: GroupInvite[] = [
        {
            conversation: 'c-choir',
            title: 'Choir of the north',
            memberCount: 14,
            invitedBy: 'u-lea',
            invitedByUsername: 'lea.m',
            invitedAt: Date.now() - 4e7,
            expiresAt: Date.now() + 2.5e9,
        },
    ];
    #privacy: Privacy = { presence: true, readReceipts: true };

    abstract addConversation(one: FakeConversation): void;

    onEvent(listener: (event: ConnectEvent) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    emit(event: ConnectEvent): void {
        for (const listener of this.#listeners) listener(event);
    }

    createGroup(title: string, members: readonly string[] = []): Promise<NewGroup> {
        const id = `c-new-${crypto.randomUUID()}`;
        const time = Date.now();
        const created = {
            type: 'entry' as const,
            conversation: id,
            seq: 1,
            time,
            kind: 'created' as const,
            from: me,
            cid: '',
            text: '',
            change: { users: [me, ...members] },
        };
        this.addConversation({
            info: {
                id,
                kind: 'group',
                title,
                peer: '',
                memberCount: members.length + 1,
                role: 'owner',
                head: 1,
                last: created,
                delivered: 1,
                read: 1,
                unread: 0,
                request: false,
                hidden: false,
                others: members.map((user) => ({ user, delivered: 0, read: 0 })),
                typing: [],
            },
            log: [created],
            outgoing: [],
            members: [me, ...members].map((user) => ({
                user,
                username: people[user] ?? '',
                role: user === me ? 'owner' : 'member',
            })),
            over: false,
            shown: 40,
        });
        return Promise.resolve({ conversation: id, added: members, invited: [] });
    }

    invites(): Promise<readonly GroupInvite[]> {
        return Promise.resolve(this.#invites);
    }

    acceptInvite(conversation: string): Promise<void> {
        this.#invites = this.#invites.filter((invite) => invite.conversation !== conversation);
        return Promise.resolve();
    }

    declineInvite(conversation: string): Promise<void> {
        return this.acceptInvite(conversation);
    }

    findUser(username: string): Promise<FoundUser | undefined> {
        const found = Object.entries(people).find(([, name]) => name === username);
        return Promise.resolve(found ? { id: found[0], username, direct: `c-${found[0].slice(2)}` } : undefined);
    }

    contacts(): Promise<readonly Contact[]> {
        return Promise.resolve(this.#contacts);
    }

    requestContact(user: string): Promise<void> {
        return this.#setContact(user, 'requested');
    }

    acceptContact(user: string): Promise<void> {
        return this.#setContact(user, 'contact');
    }

    declineContact(user: string): Promise<void> {
        return this.#setContact(user);
    }

    removeContact(user: string): Promise<void> {
        return this.#setContact(user);
    }

    blocks(): Promise<readonly BlockedUser[]> {
        return Promise.resolve(this.#blocks);
    }

    block(user: string): Promise<void> {
        this.#blocks = [...this.#blocks, { user, username: people[user] ?? '', since: Date.now() }];
        this.emit({ type: 'contact', user });
        return Promise.resolve();
    }

    unblock(user: string): Promise<void> {
        this.#blocks = this.#blocks.filter((blocked) => blocked.user !== user);
        this.emit({ type: 'contact', user });
        return Promise.resolve();
    }

    privacy(): Promise<Privacy> {
        return Promise.resolve(this.#privacy);
    }

    setPrivacy(privacy: Partial<Privacy>): Promise<Privacy> {
        this.#privacy = { ...this.#privacy, ...privacy };
        return Promise.resolve(this.#privacy);
    }

    #setContact(user: string, state?: Contact['state']): Promise<void> {
        this.#contacts = this.#contacts.filter((contact) => contact.user !== user);
        if (state)
            this.#contacts = [...this.#contacts, { user, username: people[user] ?? '', state, since: Date.now() }];
        this.emit({ type: 'contact', user });
        return Promise.resolve();
    }
}
