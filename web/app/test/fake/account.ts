import type { AccessToken } from '@connect-chat/sdk';
import type { Account, Device } from '@connect-chat/sdk/accounts';
import { ConnectError } from '@connect-chat/sdk';
import type { Backend, Opened } from '../../src/backend.js';
import { FakeClient } from './client.js';
import { me, people } from './people.js';

export class FakeAccount implements Account {
    readonly user = me;
    readonly username = people[me] ?? '';
    readonly device = 'd-1';
    #devices: Device[] = [
        {
            id: 'd-1',
            name: 'Firefox on Linux',
            createdAt: Date.now() - 3e9,
            lastUsedAt: Date.now(),
            current: true,
            connected: true,
        },
        {
            id: 'd-2',
            name: 'Chrome on Android',
            createdAt: Date.now() - 9e9,
            lastUsedAt: Date.now() - 4e6,
            current: false,
            connected: true,
        },
        {
            id: 'd-3',
            name: 'Terminal',
            createdAt: Date.now() - 2e10,
            lastUsedAt: Date.now() - 9e8,
            current: false,
            connected: false,
        },
    ];

    token(): Promise<AccessToken> {
        return Promise.resolve({ token: 'fake', expiresAt: Date.now() + 3e6 });
    }

    logout(): Promise<void> {
        return Promise.resolve();
    }

    devices(): Promise<readonly Device[]> {
        return Promise.resolve(this.#devices);
    }

    revokeDevice(device: string): Promise<void> {
        this.#devices = this.#devices.filter((one) => one.id !== device);
        return Promise.resolve();
    }

    changePassword(current: string): Promise<void> {
        return this.#check(current);
    }

    exportData(): Promise<Blob> {
        return Promise.resolve(new Blob(['{"user":"u-me"}\n'], { type: 'application/jsonl' }));
    }

    deleteAccount(password: string): Promise<void> {
        return this.#check(password);
    }

    #check(password: string): Promise<void> {
        return password === 'wrong'
            ? Promise.reject(new ConnectError(201, 'unauthenticated', 'wrong'))
            : Promise.resolve();
    }
}

/** `out`: nobody is logged in yet. The name "taken" is taken; the password "wrong" is wrong. */
export class FakeBackend implements Backend {
    readonly client: FakeClient;
    /** How often what a login left here was deleted. */
    forgotten = 0;
    readonly #ended = new Set<() => void>();

    constructor(private readonly options: { out?: boolean; client?: FakeClient } = {}) {
        this.client = options.client ?? new FakeClient();
    }

    restore(): Promise<Opened | undefined> {
        return Promise.resolve(this.options.out ? undefined : this.#opened());
    }

    logIn(_username: string, password: string): Promise<Opened> {
        if (password === 'wrong') return Promise.reject(new ConnectError(201, 'unauthenticated', 'wrong'));
        return Promise.resolve(this.#opened());
    }

    signUp(username: string): Promise<Opened> {
        if (username === 'taken')
            return Promise.reject(new ConnectError(303, 'conflict', 'taken', false, 0, 'username'));
        return Promise.resolve(this.#opened());
    }

    #opened(): Opened {
        return {
            account: new FakeAccount(),
            client: this.client,
            onEnded: (listener) => {
                this.#ended.add(listener);
                return () => this.#ended.delete(listener);
            },
            forget: () => {
                this.forgotten++;
                return Promise.resolve();
            },
        };
    }

    /** Another tab logs out. */
    endElsewhere(): void {
        this.#ended.forEach((listener) => listener());
    }
}
