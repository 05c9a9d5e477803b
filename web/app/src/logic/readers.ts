import type { MemberPlace } from '@connect-chat/sdk';

export interface ReadersOf {
    readonly read: readonly string[];
    readonly delivered: readonly string[];
    /** Known members that no device has it of yet. */
    readonly waiting: readonly string[];
}

/** Parts the others by how far they are with one message. `places` are those who hold it, `others` all that are known. */
export function readersOf(
    seq: number,
    places: readonly MemberPlace[],
    others: readonly MemberPlace[],
    me: string,
): ReadersOf {
    const far = new Map<string, MemberPlace>();
    for (const place of [...others, ...places]) {
        const known = far.get(place.user);
        const delivered = Math.max(place.delivered, known?.delivered ?? 0);
        far.set(place.user, { user: place.user, delivered, read: Math.max(place.read, known?.read ?? 0) });
    }
    far.delete(me);
    const all = [...far.values()];
    const has = (place: MemberPlace) => Math.max(place.delivered, place.read) >= seq;
    return {
        read: all.filter((place) => place.read >= seq).map((place) => place.user),
        delivered: all.filter((place) => place.read < seq && has(place)).map((place) => place.user),
        waiting: all.filter((place) => !has(place)).map((place) => place.user),
    };
}
