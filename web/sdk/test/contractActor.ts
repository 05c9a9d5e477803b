import { randomBytes } from 'node:crypto';
import type { ConversationList, ConversationView, Entry, SentMessage, View } from '../src/api.js';
// As somebody else would have it, so that what is proven is the package and not its sources.
import { ConnectAccount, type HttpOptions } from '@connect-chat/sdk/accounts';
import { FullConnectClient, type FullConversation } from '@connect-chat/sdk/full';
import { MemoryStore, type TokenSource } from '@connect-chat/sdk';
import { ContractWire } from './contractWire.js';
import type { TestIssuer } from './testIssuer.js';

const password = 'correct horse battery';

/** Where and how the devices of a scenario connect. */
export interface Place {
    readonly url: string;
    readonly ca: string;
    readonly http: HttpOptions;
    readonly issuer: TestIssuer;
}

interface Login {
    readonly username: string;
    readonly device: string;
    readonly token: TokenSource;
    readonly fresh: boolean;
}

/** A device of a user in a scenario, and what it opened. */
export class ContractActor {
    readonly wire: ContractWire;
    client: FullConnectClient;
    /** When the first of its tokens of the outside issuer ends. */
    firstEnd = Infinity;
    /** How often its connection broke. */
    breaks = 0;
    /** The tokens it gets are none, and how many of those it got. */
    isRefused = false;
    refusals = 0;
    rooms = new Map<string, FullConversation>();
    views = new Map<string, ConversationView>();
    /** What it sent to each conversation, in order; undefined: not answered yet. */
    sends = new Map<string, (SentMessage | undefined)[]>();
    /** The messages of which it was told, in the order of telling. */
    told: Entry[] = [];
    list: View<ConversationList> | undefined;
    readonly #store = new MemoryStore();

    private constructor(
        private readonly place: Place,
        private readonly login: Login,
    ) {
        this.wire = new ContractWire(place.ca);
        this.client = this.#open();
    }

    /** With name and password, as a new user or a further device. */
    static async login(
        place: Place,
        username: string,
        deviceName: string,
        { isNew, fresh }: { isNew: boolean; fresh: boolean },
    ): Promise<ContractActor> {
        const { url, http } = place;
        if (isNew) await ConnectAccount.register(url, username, password, http);
        const account = await ConnectAccount.login(url, { username, password, deviceName }, http);
        const token: TokenSource = (renew) => account.token(renew);
        return new ContractActor(place, { username, device: account.device, token, fresh });
    }

    /** With tokens of the outside issuer, which live so long. */
    static outside(place: Place, username: string, seconds: number): ContractActor {
        const device = randomBytes(16).toString('base64url');
        const actor = new ContractActor(place, {
            username,
            device,
            fresh: false,
            token: () => {
                const token = place.issuer.tokenOf(username, seconds);
                actor.firstEnd = Math.min(actor.firstEnd, token.expiresAt);
                return token;
            },
        });
        return actor;
    }

    get username(): string {
        return this.login.username;
    }

    get id(): string {
        return this.client.user;
    }

    /** The program ends and begins again with what its store holds. */
    async reopen(): Promise<void> {
        await this.client.close();
        this.rooms = new Map();
        this.views = new Map();
        this.sends = new Map();
        this.list = undefined;
        this.client = this.#open();
    }

    #open(): FullConnectClient {
        const client = new FullConnectClient(this.place.url, {
            token: (renew) => {
                this.refusals += this.isRefused ? 1 : 0;
                return this.isRefused ? 'no token' : this.login.token(renew);
            },
            device: this.login.device,
            store: this.#store,
            firstSync: this.login.fresh ? 'fresh' : 'all',
            webSocket: this.wire.socketType,
            http: this.place.http,
        });
        let isConnected = false;
        client.onState(({ state }) => {
            if (isConnected && state === 'connecting') this.breaks++;
            isConnected = state === 'live' || state === 'syncing';
        });
        client.onEvent((event) => {
            if (event.type === 'entry' && event.kind === 'message') this.told.push(event);
        });
        return client;
    }
}
