import { readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ConnectAccount } from '../src/accounts.js';
import type { ConversationList, ConversationView, LogItem, View } from '../src/api.js';
import { FullConnectClient, type FullConversation } from '../src/full.js';
import type { SocketType } from '../src/index.js';
import { TestServer } from './testServer.js';
import { trustedFetch } from './trustedFetch.js';

/** One step of tests/contract/scenarios.json; see the README there. */
export interface Step {
    readonly do?: string;
    readonly expect?: string;
    readonly who: string;
    readonly as?: string;
    readonly in: string;
    readonly text: string;
    readonly times?: number;
    readonly refused?: string;
    readonly texts: string[];
    readonly seq: number;
    readonly with: string;
    readonly user: string;
    readonly users: string[];
    readonly name: string;
    readonly are: string[];
    readonly is: unknown;
    readonly of: string;
    readonly read: number;
}

interface Actor {
    readonly id: string;
    readonly username: string;
    readonly client: FullConnectClient;
    readonly rooms: Map<string, FullConversation>;
    readonly views: Map<string, ConversationView>;
    list?: View<ConversationList>;
}

const password = 'correct horse battery';

/** Carries out the steps of one scenario with the SDK. */
export class ContractRun {
    readonly #actors = new Map<string, Actor>();
    readonly #groups = new Map<string, string>();
    readonly #fetch: typeof fetch;
    readonly #socket: SocketType;

    private constructor(
        private readonly server: TestServer,
        private readonly suffix: string,
    ) {
        const ca = readFileSync(server.certificate, 'utf8');
        this.#fetch = trustedFetch(ca);
        this.#socket = class extends WebSocket {
            constructor(url: string, protocols: string[]) {
                super(url, protocols, { ca });
            }
        } as unknown as SocketType;
    }

    /** The names of users are those of the scenario with this suffix: a server may be shared. */
    static on(server: TestServer, suffix: string): ContractRun {
        return new ContractRun(server, suffix);
    }

    async end(): Promise<void> {
        for (const { client } of this.#actors.values()) await client.close();
    }

    async step(step: Step): Promise<void> {
        if (step.do !== undefined) await this.#do(step);
        else await until(JSON.stringify(step), () => this.#expect(step));
    }

    async #do(step: Step): Promise<void> {
        switch (step.do) {
            case 'join':
                return this.#join(step);
            case 'kill':
                return this.server.kill();
            case 'restart':
                return this.server.up();
        }
        const { client } = this.#actor(step.who);
        switch (step.do) {
            case 'connect':
                await client.connect();
                return until('live', () => expect(client.state.state).toBe('live'));
            case 'disconnect':
                return client.disconnect();
            case 'send':
                return this.#send(step);
            case 'queue':
                for (const text of step.texts) {
                    const { sent } = await (await this.#room(step)).send(text);
                    sent.catch(() => undefined);
                }
                return;
            case 'read':
                return (await this.#room(step)).markRead(step.seq);
            case 'typing':
                return (await this.#room(step)).typing();
            case 'befriend': {
                const other = this.#actor(step.with);
                await client.requestContact(other.id);
                return other.client.acceptContact(this.#actor(step.who).id);
            }
            case 'block':
                return client.block(this.#actor(step.user).id);
            case 'group': {
                const made = await client.createGroup(
                    step.name,
                    step.users.map((user) => this.#actor(user).id),
                );
                this.#groups.set(step.name, made.conversation);
                return;
            }
            case 'add':
                await (await this.#room(step)).addMembers([this.#actor(step.user).id]);
                return;
            case 'remove':
                return (await this.#room(step)).removeMember(this.#actor(step.user).id);
            case 'join_group':
                return client.acceptInvite((await this.#room(step)).id);
            case 'accept_request':
                return (await this.#room(step)).acceptRequest();
            default:
                throw new Error(`No step ${String(step.do)}.`);
        }
    }

    async #expect(step: Step): Promise<void> {
        const { client } = this.#actor(step.who);
        switch (step.expect) {
            case 'texts':
                return expect(textsOf((await this.#view(step)).current.items)).toEqual(step.are);
            case 'history': {
                const items: LogItem[] = [];
                for await (const page of (await this.#room(step)).history({ after: 0, limit: 3 })) items.push(...page);
                return expect(textsOf(items)).toEqual(step.are);
            }
            case 'idle':
                return expect(await client.outgoing()).toEqual([]);
            case 'unread':
                return expect((await this.#item(step))?.unread).toBe(step.is);
            case 'request':
                return expect((await this.#item(step))?.request).toBe(step.is);
            case 'online':
                return expect((await this.#item(step))?.presence?.online).toBe(step.is);
            case 'place': {
                const places = (await this.#view(step)).current.others;
                const of = this.#actor(step.of).id;
                return expect(places.find((place) => place.user === of)?.read).toBe(step.read);
            }
            case 'typing':
                return expect((await this.#view(step)).current.typing).toEqual(
                    step.users.map((user) => this.#actor(user).id),
                );
            case 'invites':
                return expect((await client.invites()).map((invite) => invite.title)).toEqual(step.are);
            case 'state':
                return expect(client.state.state).toBe(step.is);
            default:
                throw new Error(`Nothing to expect: ${String(step.expect)}.`);
        }
    }

    async #join({ who, as }: Step): Promise<void> {
        const url = this.server.socketUrl;
        const http = { fetch: this.#fetch };
        const username = `${as ?? who}${this.suffix}`;
        if (as === undefined) await ConnectAccount.register(url, username, password, http);
        const account = await ConnectAccount.login(url, { username, password, deviceName: who }, http);
        const client = new FullConnectClient(url, {
            token: (renew) => account.token(renew),
            device: account.device,
            webSocket: this.#socket,
            http,
        });
        this.#actors.set(who, { id: account.user, username, client, rooms: new Map(), views: new Map() });
        await client.connect();
        await until(`${who} is live`, () => expect(client.state.state).toBe('live'));
    }

    async #send(step: Step): Promise<void> {
        const room = await this.#room(step);
        const sending = room.send(step.text.repeat(step.times ?? 1)).then(({ sent }) => sent);
        if (step.refused === undefined) await sending;
        else await expect(sending).rejects.toMatchObject({ word: step.refused, retryable: false });
    }

    #actor(who: string): Actor {
        const actor = this.#actors.get(who);
        if (actor === undefined) throw new Error(`${who} did not join.`);
        return actor;
    }

    async #room(step: Step): Promise<FullConversation> {
        const { client, rooms } = this.#actor(step.who);
        let room = rooms.get(step.in);
        if (room === undefined) {
            room = step.in.startsWith('@')
                ? await client.openDirect(this.#actor(step.in.slice(1)).username)
                : client.conversation(this.#groups.get(step.in) ?? '');
            rooms.set(step.in, room);
        }
        return room;
    }

    async #view(step: Step): Promise<ConversationView> {
        const { views } = this.#actor(step.who);
        const view = views.get(step.in) ?? (await (await this.#room(step)).openView());
        views.set(step.in, view);
        return view;
    }

    async #item(step: Step) {
        const actor = this.#actor(step.who);
        const list = (actor.list ??= await actor.client.openList());
        const { id } = await this.#room(step);
        return list.current.items.find((item) => item.id === id);
    }
}

function textsOf(items: readonly LogItem[]): string[] {
    return items.flatMap((item) => (item.type === 'entry' && item.kind === 'message' ? [item.text] : []));
}

async function until(what: string, so: () => void | Promise<void>): Promise<void> {
    try {
        await vi.waitFor(so, { timeout: 20_000, interval: 25 });
    } catch (cause) {
        throw new Error(`In vain waited for ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
            cause,
        });
    }
}
