import type { Role } from '@connect-chat/sdk';
import type { GroupMember } from '@connect-chat/sdk/full';
import { describe, expect, test } from 'vitest';
import { heirOf, inOrder, mayManage, memberActions, standing } from '../../src/panels/logic/roles.js';

const member = (user: string, role?: Role, since = 1): GroupMember => ({
    user,
    username: user,
    ...(role ? { role, since } : {}),
});
const invited = (user: string, by: string): GroupMember => ({ user, username: user, invitedBy: by, invitedAt: 1 });

describe('what a caller may do with a member', () => {
    // caller, member, may remove, roles that may be given: all nine pairs, as the server's rules say.
    test.each<[Role, Role, boolean, Role[]]>([
        ['member', 'member', false, []],
        ['member', 'admin', false, []],
        ['member', 'owner', false, []],
        ['admin', 'member', true, ['admin']],
        ['admin', 'admin', false, []],
        ['admin', 'owner', false, []],
        ['owner', 'member', true, ['admin', 'owner']],
        ['owner', 'admin', true, ['member', 'owner']],
        ['owner', 'owner', false, []],
    ])('%s over %s: remove %s, give %j', (mine, theirs, remove, roles) => {
        expect(memberActions({ user: 'me', role: mine }, member('other', theirs))).toEqual({
            remove,
            withdraw: false,
            roles,
        });
    });

    test.each<Role>(['member', 'admin', 'owner'])('%s over oneself: nothing, leaving is another door', (role) => {
        expect(memberActions({ user: 'me', role }, member('me', role))).toEqual({
            remove: false,
            withdraw: false,
            roles: [],
        });
    });

    test.each<[Role | undefined, string, boolean]>([
        ['member', 'other', false],
        ['member', 'me', true],
        ['admin', 'other', true],
        ['owner', 'other', true],
        [undefined, 'me', false],
    ])('%s takes back an invite of %s: %s', (role, by, withdraw) => {
        expect(memberActions({ user: 'me', role }, invited('guest', by))).toEqual({
            remove: false,
            withdraw,
            roles: [],
        });
    });

    test('nobody does anything with a former member, and who is none does nothing', () => {
        expect(memberActions({ user: 'me', role: 'owner' }, member('gone')).withdraw).toBe(false);
        expect(memberActions({ user: 'me' }, member('other', 'member')).remove).toBe(false);
    });
});

test('owners and admins manage, members and outsiders do not', () => {
    expect([undefined, 'member', 'admin', 'owner'].map((role) => mayManage(role as Role | undefined))).toEqual([
        false,
        false,
        true,
        true,
    ]);
});

test('a standing is read off the fields', () => {
    expect([member('a', 'member'), invited('b', 'a'), member('c')].map(standing)).toEqual([
        'member',
        'invited',
        'former',
    ]);
});

test('an owner is followed by the longest-standing admin, else member', () => {
    const members = [member('o', 'owner'), member('m', 'member', 1), member('b', 'admin', 3), member('a', 'admin', 2)];
    expect(heirOf(members, 'o')?.user).toBe('a');
    expect(heirOf([member('o', 'owner'), member('n', 'member', 5), member('m', 'member', 4)], 'o')?.user).toBe('m');
    expect(heirOf([member('o', 'owner'), invited('i', 'o'), member('former')], 'o')).toBeUndefined();
});

test('the list begins with the owner, ends with who is invited, and leaves out who has gone', () => {
    const members = [
        invited('a', 'z'),
        member('gone'),
        member('c', 'member'),
        member('b', 'member'),
        member('z', 'owner'),
    ];
    expect(inOrder(members).map((one) => one.user)).toEqual(['z', 'b', 'c', 'a']);
});
