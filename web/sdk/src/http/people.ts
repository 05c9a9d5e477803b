import type { BlockedUser, Contact, ContactState, FoundUser } from '../apiFull.js';
import { ErrorCode } from '../codes.js';
import { ConnectError } from '../errors.js';
import { ask } from './ask.js';
import type { HttpApi } from './http.js';

interface UserJson {
    readonly user: string;
    readonly username?: string;
    readonly since?: number;
}

/** By the exact name, in any case; undefined when there is nobody of that name. */
export async function findUser(api: HttpApi, username: string): Promise<FoundUser | undefined> {
    try {
        const path = `/v1/users?username=${encodeURIComponent(username)}`;
        const found = await ask<{ id: string; username: string; direct?: string }>(api, 'GET', path);
        return { id: found.id, username: found.username, direct: found.direct ?? '' };
    } catch (error) {
        if (error instanceof ConnectError && error.code === ErrorCode.not_found) return undefined;
        throw error;
    }
}

export async function contacts(api: HttpApi): Promise<readonly Contact[]> {
    const answer = await ask<{ contacts: readonly (UserJson & { state: ContactState })[] }>(api, 'GET', '/v1/contacts');
    return answer.contacts.map((each) => ({ ...personOf(each), state: each.state }));
}

/** Asks; accepts where the other asked already. */
export function requestContact(api: HttpApi, user: string): Promise<void> {
    return ask(api, 'PUT', contactOf(user));
}

export function acceptContact(api: HttpApi, user: string): Promise<void> {
    return ask(api, 'POST', `${contactOf(user)}/accept`);
}

export function declineContact(api: HttpApi, user: string): Promise<void> {
    return ask(api, 'POST', `${contactOf(user)}/decline`);
}

export function removeContact(api: HttpApi, user: string): Promise<void> {
    return ask(api, 'DELETE', contactOf(user));
}

export async function blocks(api: HttpApi): Promise<readonly BlockedUser[]> {
    const answer = await ask<{ blocks: readonly UserJson[] }>(api, 'GET', '/v1/blocks');
    return answer.blocks.map(personOf);
}

export function block(api: HttpApi, user: string): Promise<void> {
    return ask(api, 'PUT', `/v1/blocks/${encodeURIComponent(user)}`);
}

export function unblock(api: HttpApi, user: string): Promise<void> {
    return ask(api, 'DELETE', `/v1/blocks/${encodeURIComponent(user)}`);
}

function contactOf(user: string): string {
    return `/v1/contacts/${encodeURIComponent(user)}`;
}

function personOf({ user, username = '', since = 0 }: UserJson): BlockedUser {
    return { user, username, since };
}
