import type { MemberPlace } from '../api.js';
import { type Entry, fromOf, type LogItem, type Role, type Skipped, toKind } from '../entries.js';
import { ConnectError } from '../errors.js';
import type { WireEntry, WireErr, WireMemberMarks, WireSkipped } from '../wire/frames.js';

const ROLES = ['member', 'admin', 'owner'];
const REASONS = ['not_member', 'expired', 'deleted'];

export const toRole = (role: string | undefined): Role | undefined =>
    ROLES.includes(role as string) ? (role as Role) : undefined;

/** The members of an entry and of a range are those of the wire, where zero and empty may be absent. */
const EMPTY = { conversation: '', seq: 0, time: 0, from: '', cid: '', text: '' };

export const toEntry = ({ change, ...wire }: WireEntry): Entry =>
    ({
        ...EMPTY,
        ...wire,
        type: 'entry',
        kind: toKind(wire.kind),
        change: change && { ...change, role: toRole(change.role) },
    }) as Entry;

const toSkipped = (wire: WireSkipped): Skipped =>
    ({
        conversation: '',
        ...wire,
        type: 'skipped',
        why: REASONS.includes(wire.why as string) ? wire.why : 'unknown',
    }) as Skipped;

export const toPlace = ({ user = '', delivered = 0, read = 0, ended }: WireMemberMarks): MemberPlace => ({
    user,
    delivered,
    read,
    ...(ended?.length && { ended: ended.map(({ from = 0, to = 0 }) => ({ from, to })) }),
});

/** Entries and ranges together, in the order of each log. */
export const toItems = (entries: readonly WireEntry[] = [], skipped: readonly WireSkipped[] = []): LogItem[] =>
    [...skipped.map(toSkipped), ...entries.map(toEntry)].sort((one, other) => fromOf(one) - fromOf(other));

/** The server's refusal. */
export const refusal = (err: WireErr = {}): ConnectError =>
    new ConnectError(
        err.code ?? 0,
        err.name ?? '',
        err.message ?? '',
        !!err.retryable,
        err.retry_after_ms ?? 0,
        err.field ?? '',
    );
