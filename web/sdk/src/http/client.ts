import { Code, fault } from '../errors.js';
import type { ConnectEvent } from '../api.js';
import type { BlockedUser, Contact, FoundUser, FullClient, FullConversation, GroupInvite } from '../apiFull.js';
import type { NewGroup, Privacy } from '../apiFull.js';
import { ConnectClient, type ConnectOptions, secure } from '../client.js';
import { newCid } from '../engine/outbox.js';
import { eventsOf } from '../events.js';
import { TokenApi } from './api.js';
import { HttpConversation } from './conversation.js';
import * as groups from './groups.js';
import type { HttpApi } from './http.js';
import * as me from './me.js';
import * as people from './people.js';
import type { HttpOptions } from './request.js';

export interface FullOptions extends ConnectOptions {
    /** How HTTP is reached. */
    readonly http?: HttpOptions;
}

/** A client with all that its user can do. */
export class FullConnectClient extends ConnectClient implements FullClient {
    /** The HTTP interface with this user's token. */
    readonly http: HttpApi;

    constructor(url: string, options: FullOptions) {
        super(url, options);
        const token = async (renew: boolean) => {
            const given = await options.token(renew);
            return typeof given === 'string' ? { token: given, expiresAt: 0 } : given;
        };
        this.http = new TokenApi(url, token, options.http);
    }

    override conversation(id: string): FullConversation {
        return new HttpConversation(id, this, this.port);
    }

    async openDirect(username: string): Promise<FullConversation> {
        // What is known is opened without a connection.
        const known = (await this.port.call('rooms')).find(
            ({ item }) => item?.kind === 'direct' && item.title.toLowerCase() === username.toLowerCase(),
        );
        const found = known ?? (await this.findUser(username));
        if (!found) throw fault(Code.not_found, 'not_found', 'There is no such user.');
        return this.conversation('direct' in found ? found.direct : found.id);
    }

    events({ signal }: { signal?: AbortSignal } = {}): AsyncIterableIterator<ConnectEvent> {
        return eventsOf(this.port, () => true, signal);
    }

    /** A key of a call that must not be done twice. @internal */
    newKey(): string {
        return newCid(this.now(), secure);
    }

    createGroup(title: string, members: readonly string[] = []): Promise<NewGroup> {
        return this.#listed(groups.createGroup(this.http, this.newKey(), title, members));
    }

    invites(): Promise<readonly GroupInvite[]> {
        return groups.invites(this.http);
    }

    acceptInvite(conversation: string): Promise<void> {
        return this.#listed(groups.acceptInvite(this.http, conversation));
    }

    declineInvite(conversation: string): Promise<void> {
        return groups.declineInvite(this.http, conversation);
    }

    async findUser(username: string): Promise<FoundUser | undefined> {
        const found = await people.findUser(this.http, username);
        if (found?.direct) await this.port.call('learn', found.direct, found.id, found.username);
        return found;
    }

    contacts(): Promise<readonly Contact[]> {
        return people.contacts(this.http);
    }

    requestContact(user: string): Promise<void> {
        return people.requestContact(this.http, user);
    }

    acceptContact(user: string): Promise<void> {
        return people.acceptContact(this.http, user);
    }

    declineContact(user: string): Promise<void> {
        return people.declineContact(this.http, user);
    }

    removeContact(user: string): Promise<void> {
        return people.removeContact(this.http, user);
    }

    blocks(): Promise<readonly BlockedUser[]> {
        return people.blocks(this.http);
    }

    block(user: string): Promise<void> {
        return people.block(this.http, user);
    }

    unblock(user: string): Promise<void> {
        return people.unblock(this.http, user);
    }

    privacy(): Promise<Privacy> {
        return me.privacy(this.http);
    }

    setPrivacy(privacy: Partial<Privacy>): Promise<Privacy> {
        return me.setPrivacy(this.http, privacy);
    }

    /** A conversation came into the list. */
    async #listed<T>(work: Promise<T>): Promise<T> {
        const result = await work;
        await this.port.call('refresh');
        return result;
    }
}
