import { readFileSync } from 'node:fs';
import { vi } from 'vitest';
import type { ConversationItem, ConversationView } from '../src/api.js';
import type { FullConversation } from '../src/full.js';
import { ContractActor, type Place } from './contractActor.js';
import { deeds } from './contractDeeds.js';
import { expectations } from './contractExpectations.js';
import type { TestIssuer } from './testIssuer.js';
import type { TestServer } from './testServer.js';
import { trustedFetch } from './trustedFetch.js';

/** One step of tests/contract/scenarios.json; see the README there. */
export interface Step {
    readonly do?: string;
    readonly expect?: string;
    readonly who: string;
    readonly as?: string;
    readonly fresh?: boolean;
    readonly token_seconds?: number;
    readonly in: string;
    readonly text: string;
    readonly times?: number;
    readonly refused?: string;
    readonly texts: string[];
    readonly pushes: number;
    readonly presence?: boolean;
    readonly read_receipts?: boolean;
    readonly seq: number;
    readonly with: string;
    readonly user: string;
    readonly users: string[];
    readonly name: string;
    readonly are: unknown[];
    readonly is: unknown;
    readonly least: number;
    readonly of: string;
    readonly delivered?: number;
    readonly read?: number;
}

/** Carries out the steps of one scenario with the SDK. */
export class ContractRun {
    readonly groups = new Map<string, string>();
    readonly #actors = new Map<string, ContractActor>();
    readonly #place: Place;

    private constructor(
        readonly server: TestServer,
        issuer: TestIssuer,
        private readonly suffix: string,
    ) {
        const ca = readFileSync(server.certificate, 'utf8');
        this.#place = { url: server.socketUrl, ca, http: { fetch: trustedFetch(ca) }, issuer };
    }

    /** The names of users are those of the scenario with this suffix: a server may be shared. */
    static on(server: TestServer, issuer: TestIssuer, suffix: string): ContractRun {
        return new ContractRun(server, issuer, suffix);
    }

    async end(): Promise<void> {
        for (const { client } of this.#actors.values()) await client.close();
    }

    async step(step: Step): Promise<void> {
        if (step.do !== undefined) {
            const deed = deeds[step.do];
            if (deed === undefined) throw new Error(`No step ${step.do}.`);
            return deed(this, step);
        }

        const expectation = expectations[step.expect ?? ''];
        if (expectation === undefined) throw new Error(`Nothing to expect: ${String(step.expect)}.`);
        await until(JSON.stringify(step), () => expectation(this, step));
    }

    async join({ who, as, fresh = false, token_seconds: seconds }: Step): Promise<void> {
        const username = `${as ?? who}${this.suffix}`;
        const actor =
            seconds === undefined
                ? await ContractActor.login(this.#place, username, who, { isNew: as === undefined, fresh })
                : ContractActor.outside(this.#place, username, seconds);
        this.#actors.set(who, actor);
        await this.connect(actor);
    }

    async connect({ client, username }: ContractActor): Promise<void> {
        await client.connect();
        await until(`${username} is live`, () => {
            if (client.state.state !== 'live') throw new Error(client.state.state);
        });
    }

    actor(who: string): ContractActor {
        const actor = this.#actors.get(who);
        if (actor === undefined) throw new Error(`${who} did not join.`);
        return actor;
    }

    idsOf(users: readonly string[]): string[] {
        return users.map((user) => this.actor(user).id);
    }

    async room(step: Step): Promise<FullConversation> {
        const { client, rooms } = this.actor(step.who);
        let room = rooms.get(step.in);
        if (room === undefined) {
            room = step.in.startsWith('@')
                ? await client.openDirect(this.actor(step.in.substring(1)).username)
                : client.conversation(this.groups.get(step.in) ?? '');
            rooms.set(step.in, room);
        }

        return room;
    }

    async view(step: Step): Promise<ConversationView> {
        const { views } = this.actor(step.who);
        const view = views.get(step.in) ?? (await (await this.room(step)).openView());
        views.set(step.in, view);
        return view;
    }

    async item(step: Step): Promise<ConversationItem | undefined> {
        const actor = this.actor(step.who);
        const list = (actor.list ??= await actor.client.openList());
        const { id } = await this.room(step);
        return list.current.items.find((item) => item.id === id);
    }
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
