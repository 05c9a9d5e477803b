import type { MemberPlace } from './api.js';

const isEnded = ({ ended = [] }: MemberPlace, seq: number): boolean =>
    ended.some(({ from, to }) => seq >= from && seq <= to);

const reach = ({ delivered, read }: MemberPlace): number => Math.max(delivered, read);

/** The message `seq` reached the member in time. */
export const hasReceived = (place: MemberPlace, seq: number): boolean => reach(place) >= seq && !isEnded(place, seq);

/** The member has read the message `seq`. */
export const hasRead = (place: MemberPlace, seq: number): boolean => place.read >= seq && !isEnded(place, seq);

/** The message did not come in time, and never will: `endedBefore` is that of the client. It stays in the history. */
export const hasEnded = (
    place: MemberPlace,
    { seq, time }: { readonly seq: number; readonly time: number },
    endedBefore: number,
): boolean => (reach(place) >= seq ? isEnded(place, seq) : time < endedBefore);
