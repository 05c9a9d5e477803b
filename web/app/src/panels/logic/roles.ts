import type { Role } from '@connect-chat/sdk';
import type { GroupMember } from '@connect-chat/sdk/full';

/**
 * Who may do what in a group, as the server decides it (the protocol's chapter on groups): it only spares the user actions that
 * would be refused. The server is asked all the same.
 */
export type Standing = 'member' | 'invited' | 'former';

export interface Caller {
    readonly user: string;
    /** Absent when the caller is no member (any more). */
    readonly role?: Role | undefined;
}

export interface MemberActions {
    readonly remove: boolean;
    readonly withdraw: boolean;
    /** The roles that the caller may give this member, without the one they have. */
    readonly roles: readonly Role[];
}

const rank: Readonly<Record<Role, number>> = { member: 1, admin: 2, owner: 3 };
const roles: readonly Role[] = ['member', 'admin', 'owner'];
const nothing: MemberActions = { remove: false, withdraw: false, roles: [] };

export function standing(member: GroupMember): Standing {
    if (member.role) return 'member';
    return member.invitedBy === undefined ? 'former' : 'invited';
}

/** May add, invite and rename. */
export function mayManage(role: Role | undefined): boolean {
    return role === 'admin' || role === 'owner';
}

export function memberActions(caller: Caller, member: GroupMember): MemberActions {
    if (!caller.role) return nothing;
    switch (standing(member)) {
        case 'former':
            return nothing;
        case 'invited':
            return { ...nothing, withdraw: mayManage(caller.role) || member.invitedBy === caller.user };
        case 'member': {
            const mine = caller.role;
            const theirs = member.role ?? 'member';
            const above = mayManage(mine) && member.user !== caller.user && rank[mine] > rank[theirs];
            if (!above) return nothing;
            return {
                remove: true,
                withdraw: false,
                roles: roles.filter((role) => role !== theirs && rank[role] <= rank[mine]),
            };
        }
    }
}

/** Whom the group goes to when its owner leaves: the longest-standing admin, else member; absent when nobody is left. */
export function heirOf(members: readonly GroupMember[], owner: string): GroupMember | undefined {
    const present = members.filter((member) => member.role && member.user !== owner);
    const score = (member: GroupMember) => (member.role ? rank[member.role] : 0);
    return present.sort((a, b) => score(b) - score(a) || (a.since ?? 0) - (b.since ?? 0))[0];
}

/** In the order of the list: the owner, admins, members, each by name; then who is invited. Former members are left out. */
export function inOrder(members: readonly GroupMember[]): readonly GroupMember[] {
    const score = (member: GroupMember) => (member.role ? rank[member.role] : 0);
    return members
        .filter((member) => standing(member) !== 'former')
        .sort((a, b) => score(b) - score(a) || a.username.localeCompare(b.username));
}
