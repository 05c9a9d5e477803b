import type { Entry, EntryKind, LogItem, Role, Skipped } from '../api.js';
import { ConnectError, ErrorCode } from '../errors.js';
import type { WireEntry, WireErr, WireSkipped } from '../wire/frames.js';

const KINDS = 'message created added removed left role title invited invite_accepted invite_ended'.split(' ');
const ROLES = ['member', 'admin', 'owner'];
const REASONS = ['not_member', 'expired', 'deleted'];

/** The first and the last seq of an item. */
export const fromOf = (item: LogItem): number => (item.type === 'entry' ? item.seq : item.from);
export const toOf = (item: LogItem): number => (item.type === 'entry' ? item.seq : item.to);

export const toRole = (role: string | undefined): Role | undefined =>
    ROLES.includes(role as string) ? (role as Role) : undefined;

export function toEntry(wire: WireEntry): Entry {
    const change = wire.change;
    const role = toRole(change?.role);
    return {
        type: 'entry',
        conversation: wire.conversation ?? '',
        seq: wire.seq ?? 0,
        time: wire.time ?? 0,
        kind: KINDS.includes(wire.kind as string) ? (wire.kind as EntryKind) : 'unknown',
        from: wire.from ?? '',
        cid: wire.cid ?? '',
        text: wire.text ?? '',
        ...(change && {
            change: {
                ...(change.user && { user: change.user }),
                ...(role && { role }),
                ...(change.title && { title: change.title }),
                ...(change.users && { users: change.users }),
            },
        }),
    };
}

const toSkipped = (wire: WireSkipped): Skipped => ({
    type: 'skipped',
    conversation: wire.conversation ?? '',
    from: wire.from ?? 0,
    to: wire.to ?? 0,
    why: REASONS.includes(wire.why as string) ? (wire.why as Skipped['why']) : 'unknown',
});

/** Entries and ranges together, in the order of each log. */
export const toItems = (entries: readonly WireEntry[] = [], skipped: readonly WireSkipped[] = []): LogItem[] =>
    [...skipped.map(toSkipped), ...entries.map(toEntry)].sort((one, other) =>
        one.conversation === other.conversation
            ? fromOf(one) - fromOf(other)
            : one.conversation < other.conversation
              ? -1
              : 1,
    );

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

/** A fault of this side. */
export const fault = (word: keyof typeof ErrorCode, message: string, retryable = false, close = 0): ConnectError =>
    new ConnectError(ErrorCode[word], word, message, retryable, 0, '', close);
