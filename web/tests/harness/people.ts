import { randomBytes } from 'node:crypto';
import { Http, type Place } from './http.js';

/** What the server tells of an entry. */
export interface StoredEntry {
    readonly seq: number;
    readonly from: string;
    readonly kind: string;
    readonly cid?: string;
    readonly text?: string;
}

interface Tokens {
    readonly access_token: string;
    readonly user: string;
    readonly device: string;
}

/** A UUID of version 7. */
export function newCid(time = Date.now()): string {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(time, 0, 6);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

let made = 0;

/** A name that no other test has. */
export const newName = (word: string): string => `${word}-${process.pid.toString(36)}${(made++).toString(36)}`;

export const password = 'correct horse battery';

/** A user who acts over HTTP, without a browser. */
export class Person {
    private constructor(
        readonly place: Place,
        private readonly http: Http,
        readonly name: string,
        readonly id: string,
        readonly device: string,
        readonly accessToken: string,
    ) {}

    static async register(place: Place, name: string): Promise<Person> {
        const http = new Http(place);
        await http.json('POST', '/v1/accounts', { username: name, password });
        return Person.login(place, name, http);
    }

    static async login(place: Place, name: string, http = new Http(place), deviceName = 'tests'): Promise<Person> {
        const content = { grant: 'password', username: name, password, device_name: deviceName };
        const tokens = await http.json<Tokens>('POST', '/v1/tokens', content);
        return new Person(place, http, name, tokens.user, tokens.device, tokens.access_token);
    }

    call<T>(method: string, path: string, content?: unknown, headers: Record<string, string> = {}): Promise<T> {
        return this.http.json<T>(method, path, content, { Authorization: `Bearer ${this.accessToken}`, ...headers });
    }

    /** The id of the direct conversation with somebody, begun or not. */
    async direct(other: { readonly name: string }): Promise<string> {
        return (await this.call<{ direct: string }>('GET', `/v1/users?username=${other.name}`)).direct;
    }

    async send(conversation: string, text: string, to?: { readonly id: string }): Promise<number> {
        const content = to === undefined ? { text } : { text, to: to.id };
        const key = { 'Idempotency-Key': newCid() };
        return (await this.call<{ seq: number }>('POST', `/v1/conversations/${conversation}/messages`, content, key))
            .seq;
    }

    async write(other: Person, text: string): Promise<number> {
        return this.send(await this.direct(other), text, other);
    }

    /** Contacts from now on. */
    async befriend(...others: readonly Person[]): Promise<void> {
        for (const other of others) {
            await this.call('PUT', `/v1/contacts/${other.id}`);
            await other.call('POST', `/v1/contacts/${this.id}/accept`);
        }
    }

    /** A group of this user and contacts. */
    async group(title: string, ...members: readonly Person[]): Promise<string> {
        const content = { title, members: members.map((m) => m.id) };
        const key = { 'Idempotency-Key': newCid() };
        return (await this.call<{ conversation: string }>('POST', '/v1/conversations', content, key)).conversation;
    }

    /** All entries of a conversation, oldest first. */
    async entries(conversation: string): Promise<StoredEntry[]> {
        const all: StoredEntry[] = [];
        for (;;) {
            const after = all.at(-1)?.seq ?? 0;
            const page = await this.call<{ entries?: StoredEntry[]; has_more_after?: boolean }>(
                'GET',
                `/v1/conversations/${conversation}/entries?after=${after}&limit=200`,
            );
            all.push(...(page.entries ?? []));
            if (page.has_more_after !== true || (page.entries ?? []).length === 0) {
                return all;
            }
        }
    }

    close(): void {
        this.http.close();
    }
}
