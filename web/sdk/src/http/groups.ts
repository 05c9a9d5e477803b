import type { Role } from '../api.js';
import type { GroupInvite, GroupMember, NewGroup } from '../apiFull.js';
import { ask } from './ask.js';
import type { HttpApi } from './http.js';

interface ChangeJson {
    readonly conversation: string;
    readonly added?: readonly string[];
    readonly invited?: readonly string[];
}

interface MemberJson {
    readonly user: string;
    readonly username?: string;
    readonly role?: Role;
    readonly since?: number;
    readonly invited_by?: string;
    readonly invited_at?: number;
}

interface InviteJson {
    readonly conversation: string;
    readonly title?: string;
    readonly member_count?: number;
    readonly invited_by: string;
    readonly invited_by_username?: string;
    readonly invited_at: number;
    readonly expires_at: number;
}

/** `key` is a UUID of version 7, made once for this group: the same key never makes a second one. */
export async function createGroup(
    api: HttpApi,
    key: string,
    title: string,
    members: readonly string[] = [],
): Promise<NewGroup> {
    return newOf(
        await ask<ChangeJson>(api, 'POST', '/v1/conversations', { title, members }, { 'Idempotency-Key': key }),
    );
}

/** Contacts become members, others are invited; who is there already is passed over. */
export async function addMembers(
    api: HttpApi,
    key: string,
    conversation: string,
    users: readonly string[],
): Promise<NewGroup> {
    return newOf(
        await ask<ChangeJson>(api, 'POST', `${groupOf(conversation)}/members`, { users }, { 'Idempotency-Key': key }),
    );
}

export async function members(api: HttpApi, conversation: string): Promise<readonly GroupMember[]> {
    const path = `${groupOf(conversation)}/members`;
    const answer = await ask<{ members: readonly MemberJson[] }>(api, 'GET', path);
    return answer.members.map(({ user, username = '', role, since, invited_by, invited_at }) => ({
        user,
        username,
        ...(role === undefined ? {} : { role }),
        ...(since === undefined ? {} : { since }),
        ...(invited_by === undefined ? {} : { invitedBy: invited_by }),
        ...(invited_at === undefined ? {} : { invitedAt: invited_at }),
    }));
}

/** Removes a member below one's own role; naming oneself leaves. */
export async function removeMember(api: HttpApi, conversation: string, user: string): Promise<void> {
    await ask(api, 'DELETE', `${groupOf(conversation)}/members/${encodeURIComponent(user)}`);
}

export async function withdrawInvite(api: HttpApi, conversation: string, user: string): Promise<void> {
    await ask(api, 'DELETE', `${groupOf(conversation)}/invites/${encodeURIComponent(user)}`);
}

export async function setRole(api: HttpApi, conversation: string, user: string, role: Role): Promise<void> {
    await ask(api, 'PUT', `${groupOf(conversation)}/members/${encodeURIComponent(user)}/role`, { role });
}

export async function rename(api: HttpApi, conversation: string, title: string): Promise<void> {
    await ask(api, 'PUT', `${groupOf(conversation)}/title`, { title });
}

export async function invites(api: HttpApi): Promise<readonly GroupInvite[]> {
    const answer = await ask<{ invites: readonly InviteJson[] }>(api, 'GET', '/v1/invites');
    return answer.invites.map((each) => ({
        conversation: each.conversation,
        title: each.title ?? '',
        memberCount: each.member_count ?? 0,
        invitedBy: each.invited_by,
        invitedByUsername: each.invited_by_username ?? '',
        invitedAt: each.invited_at,
        expiresAt: each.expires_at,
    }));
}

export async function acceptInvite(api: HttpApi, conversation: string): Promise<void> {
    await ask(api, 'POST', `/v1/invites/${encodeURIComponent(conversation)}/accept`);
}

export async function declineInvite(api: HttpApi, conversation: string): Promise<void> {
    await ask(api, 'POST', `/v1/invites/${encodeURIComponent(conversation)}/decline`);
}

function groupOf(conversation: string): string {
    return `/v1/conversations/${encodeURIComponent(conversation)}`;
}

function newOf({ conversation, added = [], invited = [] }: ChangeJson): NewGroup {
    return { conversation, added, invited };
}
