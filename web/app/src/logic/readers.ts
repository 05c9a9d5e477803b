import { hasEnded, hasRead, hasReceived, type MemberPlace } from '@connect-chat/sdk';

export interface ReadersOf {
    readonly read: readonly string[];
    readonly delivered: readonly string[];
    /** Known members that no device has it of yet. */
    readonly waiting: readonly string[];
    /** To whom it did not come in time. */
    readonly late: readonly string[];
}

/** Parts the others by how far they are with one message. `places` are those who hold it, `others` all that are known. */
export function readersOf(
    entry: { readonly seq: number; readonly time: number },
    places: readonly MemberPlace[],
    others: readonly MemberPlace[],
    me: string,
    endedBefore: number,
): ReadersOf {
    const far = new Map<string, MemberPlace>();
    for (const place of [...others, ...places]) {
        const known = far.get(place.user);
        const delivered = Math.max(place.delivered, known?.delivered ?? 0);
        const higher = known && known.delivered > place.delivered ? known : place;
        far.set(place.user, { ...higher, delivered, read: Math.max(place.read, known?.read ?? 0) });
    }
    far.delete(me);
    const all = [...far.values()];
    const part = (place: MemberPlace): keyof ReadersOf => {
        if (hasEnded(place, entry, endedBefore)) return 'late';
        if (hasRead(place, entry.seq)) return 'read';
        return hasReceived(place, entry.seq) ? 'delivered' : 'waiting';
    };
    const of = (name: keyof ReadersOf) => all.filter((place) => part(place) === name).map((place) => place.user);
    return { read: of('read'), delivered: of('delivered'), waiting: of('waiting'), late: of('late') };
}
