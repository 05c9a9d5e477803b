import type { ConversationItem, MemberPlace, Outgoing, ReceiptCounts, UserPresence } from '../api.js';
import { isMessage, type LogItem } from '../entries.js';
import type { StoredConversation } from '../stores/store.js';
import type { WireSummary } from '../wire/frames.js';
import { toEntry, toPlace, toRole } from './items.js';
import type { Mark, Marks } from './marks.js';
import type { Room } from './port.js';
import { Tracker } from './tracker.js';

const UNREAD_CAP = 100;

/** What the engine knows of one conversation. */
export class Conv implements Mark {
    readonly id!: string;
    tracker: Tracker;
    delivered = 0;
    read = 0;
    readonly confirmed: Marks;
    peer = '';
    username = '';
    /** What the server said last, raised by what came since: `last`, `head`. */
    told: WireSummary | undefined;
    /** It is no longer this user's. */
    over = false;
    /** When the position last rose in this session. */
    movedAt = -Infinity;
    /** When an entry last came, in steps of the machine. */
    touchedAt = 0;
    /** This user's newest message as far as one was seen. */
    ownSeq = 0;
    counts: ReceiptCounts | undefined;
    readonly places = new Map<string, MemberPlace>();
    typing: readonly string[] = [];
    outgoing: readonly Outgoing[] = [];
    /** The seqs of others' messages that came since `#coversFrom`, without a hole. */
    #foreign: number[] = [];
    #coversFrom: number;

    constructor(stored: Partial<StoredConversation> & { id: string }) {
        const { held = 0, confirmedDelivered = 0, confirmedRead = 0, ...rest } = stored;
        this.tracker = new Tracker(held);
        this.confirmed = { delivered: confirmedDelivered, read: confirmedRead };
        Object.assign(this, rest);
        this.#coversFrom = held + 1;
        this.told?.others?.map(toPlace).forEach((place) => this.places.set(place.user, place));
    }

    /** What the server says now. It may be older than what came as entries. */
    learn(summary: WireSummary): void {
        const known = this.told?.last;
        this.told = known && (known.seq ?? 0) > (summary.last?.seq ?? 0) ? { ...summary, last: known } : summary;
        this.peer = summary.peer ?? this.peer;
        this.username = summary.peer_username ?? this.username;
        this.over = false;
        if ((summary.head ?? 0) < this.tracker.held && summary.hidden) {
            // What came since shows it again.
            this.told = { ...this.told, hidden: false };
        }
    }

    /** What came next; true when the server has to say more of it. */
    take(item: LogItem, me: string): boolean {
        if (item.type === 'skipped') {
            if (item.why === 'expired') {
                // There may be unread ones among them, which only the server can count.
                this.#coversFrom = item.to + 1;
            }

            return false;
        }

        const { from, seq } = item;
        const isWritten = isMessage(item);
        if (isWritten && from !== me) {
            this.#foreign.push(seq);
            if (this.#foreign.length > 2 * UNREAD_CAP) {
                this.#coversFrom = (this.#foreign.shift() as number) + 1;
            }
        }

        const asks = !this.told;
        this.told ??= this.#begun;
        if (!this.told) {
            return true;
        }

        const isNews = seq > (this.told.head ?? 0);
        this.told = { ...this.told, hidden: false };
        if (seq > (this.told.last?.seq ?? 0)) {
            // An Entry has the fields of the wire.
            this.told.last = item as NonNullable<WireSummary['last']>;
        }

        if (isNews && isWritten && from === me) {
            // Nobody has it yet, and who answers accepts.
            this.told = { ...this.told, request: false, delivered_count: 0, read_count: 0 };
        }

        return asks || (isNews && !isWritten);
    }

    /** Nobody has to be asked how many are unread. */
    get isCounted(): boolean {
        const { read = 0, head = 0 } = this.told ?? {};
        return this.read <= read || this.read >= head || this.#covers;
    }

    /** A device without memory begins here. */
    startAt(seq: number): void {
        this.tracker.startAt(seq);
        this.#coversFrom = Math.max(this.#coversFrom, this.tracker.held + 1);
    }

    /** Gives up everything above a seq. */
    restart(seq: number): void {
        this.tracker = new Tracker(Math.min(this.tracker.held, seq));
        this.movedAt = -Infinity;
        this.places.clear();
        this.ownSeq = Math.min(this.ownSeq, seq);
        this.counts = undefined;
        this.#foreign = [];
        this.#coversFrom = this.tracker.held + 1;
        if (this.told) {
            const { head = 0, last } = this.told;
            this.told = { ...this.told, head: Math.min(head, seq), read: this.read, unread: 0, others: [] };
            if ((last?.seq ?? 0) > seq) {
                delete this.told.last;
            }
        }
    }

    /** As the list shows it; absent while nothing is known of it. */
    item(presence: UserPresence | undefined): ConversationItem | undefined {
        const known = this.told ?? this.#begun;
        if (!known) {
            return undefined;
        }

        const { head, read, unread, others, ...told } = this.#now(known);
        return {
            head,
            read,
            unread,
            others,
            id: this.id,
            kind: told.kind === 'direct' ? 'direct' : 'group',
            title: told.peer_username || told.title || '',
            peer: told.peer ?? '',
            memberCount: told.member_count ?? 0,
            role: toRole(told.role) ?? 'member',
            last: told.last && toEntry(told.last),
            delivered: Math.max(this.delivered, read),
            request: !!told.request,
            hidden: !!told.hidden,
            mutedUntil: told.muted_until,
            counts: this.counts,
            typing: this.typing,
            presence,
            outgoing: this.outgoing.at(-1),
        };
    }

    /** What a view shows of it. */
    room(presence: UserPresence | undefined): Room {
        const { id, outgoing, tracker, read, places, counts, typing, over } = this;
        const others = [...places.values()];
        return { id, item: this.item(presence), outgoing, held: tracker.held, read, others, counts, typing, over };
    }

    toStored(): StoredConversation {
        const { id, delivered, read, confirmed, peer, username, told } = this;
        const held = this.tracker.held;
        return {
            id,
            held,
            delivered,
            read,
            confirmedDelivered: confirmed.delivered,
            confirmedRead: confirmed.read,
            peer,
            username,
            // So that it can be shown without asking anybody.
            told: told && this.#now(told),
        };
    }

    /** What the server said, with what happened since. */
    #now(
        told: WireSummary,
    ): WireSummary & Pick<ConversationItem, 'head' | 'read' | 'unread'> & { others: MemberPlace[] } {
        return {
            ...told,
            head: Math.max(told.head ?? 0, this.tracker.held),
            read: this.read,
            unread: this.#unread,
            others: [...this.places.values()],
        };
    }

    /** A direct conversation that was found by name, before the server says anything of it. */
    get #begun(): WireSummary | undefined {
        const { peer, username } = this;
        return this.over || !username ? undefined : { kind: 'direct', member_count: 2, peer, peer_username: username };
    }

    get #covers(): boolean {
        return this.#coversFrom <= this.read + 1 && this.tracker.held >= (this.told?.head ?? 0);
    }

    get #unread(): number {
        const { unread = 0, head = 0 } = this.told ?? {};
        // Where only the server can count it is asked; until it answers this is the most it can be.
        return Math.min(
            UNREAD_CAP,
            this.#covers || this.read >= head
                ? this.#above(this.read)
                : Math.min(unread, head - this.read) + this.#above(head),
        );
    }

    #above(seq: number): number {
        return this.#foreign.filter((each) => each > seq).length;
    }
}
