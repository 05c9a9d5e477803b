import { type Entry, fromOf, isMessage, type LogItem, toOf } from '../entries.js';
import type {
    ServerFrame,
    WireMemberMarks,
    WirePosition,
    WireReceipt,
    WireSummary,
    WireWelcome,
} from '../wire/frames.js';
import { perFrame } from '../wire/limits.js';
import type { ConnectionState } from '../api.js';
import type { ConnectError } from '../errors.js';
import type { Conv } from './conv.js';
import type { Decisions, Progress, Requester, Rooms, Timer } from './host.js';
import { refusal, toItems, toPlace } from './items.js';
import { ListRead } from './list.js';
import type { MachineOptions } from './machineOptions.js';
import { type Mark, raise } from './marks.js';

const SYNC_RETRY = 1000;
const PART = 500;
const MAX_POSITIONS = 50_000;
const MAX_HEADS = 1000;
const RESUME_WINDOW = 600_000;
const PAGE = 200;

interface SyncRun {
    readonly mode: 'all' | 'listed' | 'fresh';
    readonly positions: WirePosition[];
    told: number;
    /** A page came: one that fails afterwards is asked for again without telling the positions. */
    hasPage: boolean;
}

interface LogHost extends Requester, Rooms, Pick<Timer, 'now'>, Progress, Pick<Decisions, 'out'> {
    readonly options: Pick<MachineOptions, 'firstSync'>;
    readonly session: string;
    readonly incarnation: string;
    /** Which life of its data the server leads. */
    life: string;
    readonly log: Log;
    readonly sends: {
        readonly marks: {
            raise(mark: Mark, delivered: number, read: number): boolean;
            confirm(mark: Mark, delivered: number, read: number): boolean;
            lower(mark: Mark, seq: number): void;
        };
        entry(entry: Entry): void;
        unsee(conversation: string, above: number): void;
    };
    readonly attention: { wrote(conv: Conv, user: string): void };
    set(state: ConnectionState): void;
    tellState(): void;
    caughtUp(): void;
    reconnect(error: ConnectError): void;
}

/** Entries, positions, holes, catching up, receipts. */
export class Log {
    readonly list: ListRead;
    #m: LogHost;
    #sync: SyncRun | undefined;
    #syncMode: 'all' | 'fresh' = 'all';
    #syncRetryAt = Infinity;
    #holes = new Set<Conv>();
    #wasLive = false;
    #listAfterSync = false;

    constructor(m: LogHost) {
        this.#m = m;
        this.list = new ListRead(m);
    }

    dueAt(): number {
        const m = this.#m;
        let due = Math.min(this.#syncRetryAt, this.list.dueAt());
        if (m.state === 'live' && m.canAsk) {
            this.#holes.forEach((conv) => (due = Math.min(due, conv.tracker.pullAt)));
        }

        return due;
    }

    advance(): void {
        const m = this.#m;
        for (const conv of this.#holes) {
            if (!conv.tracker.hasHole) {
                this.#holes.delete(conv);
            } else if (m.state === 'live' && m.canAsk && conv.tracker.pullAt <= m.now) {
                this.#pull(conv);
            }
        }

        if (this.#syncRetryAt <= m.now) {
            this.#syncRetryAt = Infinity;
            if (this.#sync?.hasPage) {
                this.#continue(this.#sync);
            } else {
                this.#beginSync(this.#syncMode);
            }
        }

        this.list.advance();
    }

    /** What to resume with; absent when there is a hole or the last session had not caught up. */
    resume(): { session: string; incarnation: string; heads: WirePosition[] } | undefined {
        const { session, incarnation, convs, limits, now } = this.#m;
        const all = [...convs.values()];
        const heads = all.filter((conv) => now - conv.movedAt <= RESUME_WINDOW).map(position);
        // The rest of a `hello`, its token above all, takes the room of twelve.
        return this.#wasLive &&
            session &&
            heads.length <= perFrame(MAX_HEADS, limits) - 12 &&
            !all.some((conv) => conv.tracker.hasHole)
            ? { session, incarnation, heads }
            : undefined;
    }

    begin(welcome: WireWelcome): void {
        this.#wasLive = false;
        // What was being read when the connection broke is not read yet.
        this.#listAfterSync = !!welcome.refresh || this.list.isOpen || !this.list.wasRead || welcome.resumed !== 'full';
        if (welcome.resumed === 'full') {
            this.#caught();
            return;
        }

        this.#m.set('syncing');
        if (welcome.resumed === 'partial') {
            this.#beginSync(
                'listed',
                welcome.changed?.map(({ conversation }) => this.#m.conv(conversation)),
            );
            return;
        }

        const isNew = [...this.#m.convs.values()].every((conv) => conv.tracker.held === 0);
        this.#beginSync(isNew ? this.#m.options.firstSync : 'all');
    }

    /**
     * In another life of the server's data the same seq may be another entry, and nobody can tell from where on: all is forgotten
     * but the outbox, and read anew.
     */
    beginLife(life: string): void {
        const m = this.#m;
        if (life && life !== m.life) {
            if (m.life) {
                for (const conv of m.convs.values()) {
                    this.#reset(conv, 0);
                    conv.username = '';
                }
            }

            m.life = life;
            m.out.batch.meta['store'] = life;
        }
    }

    disconnected(): void {
        this.#sync = undefined;
        this.#syncRetryAt = Infinity;
        this.list.disconnected();
        this.#m.convs.forEach((conv) => conv.tracker.disconnected());
    }

    pushed(frame: ServerFrame): void {
        const m = this.#m;
        if (frame.entries) {
            this.accept(toItems(frame.entries.entries));
        } else if (frame.hint) {
            for (const { conversation, head = 0 } of frame.hint.hints ?? []) {
                const conv = m.conv(conversation);
                conv.tracker.hint(head, m.now);
                this.#noteHole(conv);
            }
        } else if (frame.receipts) {
            frame.receipts.receipts?.forEach((receipt) => this.#receipt(receipt));
        } else if (frame.conversation) {
            this.#changed(frame.conversation);
        } else if (frame.lagging) {
            m.set('syncing');
            this.#beginSync('all');
        }
    }

    /** The direct conversation with a user, found by name, is known from now on. */
    learn(conversation: string, user: string, username: string): void {
        const conv = this.#m.conv(conversation);
        Object.assign(conv, { peer: user, username });
        this.#m.touch(conv, true);
    }

    /** The list of the server has to be read again, for this conversation or for all. */
    refresh(conversation?: string): void {
        if (conversation) {
            this.list.stale(this.#m.conv(conversation));
        } else {
            this.list.begin();
        }
    }

    /** Takes items, wherever they come from: pushed, synced, pulled, or sent from here. */
    accept(items: readonly LogItem[]): void {
        const m = this.#m;
        for (const item of items) {
            const conv = m.conv(item.conversation);
            if (isMessage(item)) {
                m.sends.entry(item);
                m.attention.wrote(conv, item.from);
                conv.ownSeq = item.from === m.user ? Math.max(conv.ownSeq, item.seq) : conv.ownSeq;
            }

            const released = conv.tracker.offer(item, m.now);
            this.#noteHole(conv);
            if (released.length > 0) {
                this.#hold(conv, released);
            }
        }
    }

    /** What the server says of a conversation. */
    summary(summary: WireSummary, fresh = false): void {
        const m = this.#m;
        const { id, delivered = 0, read = 0, head = 0 } = summary;
        const conv = m.conv(id);
        if (fresh) {
            conv.startAt(delivered);
        }

        m.sends.marks.confirm(conv, delivered, read);
        conv.learn(summary);
        summary.others?.forEach((other) => this.#place(conv, other));
        // They count this user's newest message, which is not named: they hold at least for the newest one known here.
        if (conv.ownSeq > 0 && head >= conv.ownSeq) {
            this.#count(conv, conv.ownSeq, summary.delivered_count, summary.read_count);
        }

        if (!conv.isCounted) {
            this.list.stale(conv);
        }

        m.touch(conv, true);
    }

    /** It is not, or no longer, this user's. */
    gone(conv: Conv, over: boolean): void {
        conv.told = undefined;
        conv.over = over;
        if (over) {
            conv.tracker.giveUp();
        }

        this.#m.touch(conv, true);
        this.#m.tell({ type: 'conversation', conversation: conv.id, over });
    }

    #changed({ conversation = '', over, contact }: NonNullable<ServerFrame['conversation']>): void {
        const m = this.#m;
        if (contact) {
            m.tell({ type: 'contact', user: contact });
        } else if (over) {
            // An answer that is under way may have it still: the next one has the last word.
            const conv = m.conv(conversation);
            this.gone(conv, true);
            this.list.stale(conv);
        } else {
            this.list.stale(m.conv(conversation));
            m.tell({ type: 'conversation', conversation, over: false });
        }
    }

    #hold(conv: Conv, released: readonly LogItem[]): void {
        const m = this.#m;
        conv.movedAt = m.now;
        conv.touchedAt = ++this.list.step;
        let foreign = false;
        for (const item of released) {
            foreign ||= item.type === 'entry' && item.from !== m.user;
            m.out.batch.items.push(item);
            m.tell(item);
            if (conv.take(item, m.user)) {
                this.list.stale(conv);
            }
        }

        if (foreign) {
            m.sends.marks.raise(conv, conv.tracker.held, 0);
        }

        m.touch(conv, true);
    }

    #beginSync(mode: SyncRun['mode'], listed?: Conv[]): void {
        this.#syncRetryAt = Infinity;
        this.#wasLive = false;
        this.#listAfterSync ||= mode !== 'listed';
        // A second try of a part would have to keep the list: all is always right.
        this.#syncMode = mode === 'listed' ? 'all' : mode;
        const told = listed ?? [...this.#m.convs.values()].filter((conv) => conv.tracker.held > 0 && !conv.over);
        this.#sync = { mode, positions: told.slice(0, MAX_POSITIONS).map(position), told: 0, hasPage: false };
        this.#continue(this.#sync);
    }

    #continue(run: SyncRun): void {
        const { mode, positions, told } = run;
        if (told > 0 && told >= positions.length) {
            this.#m.sendRequest({ next: {} }, (frame) => this.#synced(run, frame));
            return;
        }

        const part = positions.slice(told, told + perFrame(PART, this.#m.limits));
        run.told = Math.max(1, told + part.length);
        this.#m.sendRequest({ sync: { mode, positions: part, more: run.told < positions.length } }, (frame) =>
            this.#synced(run, frame),
        );
    }

    #synced(run: SyncRun, frame: ServerFrame): void {
        const m = this.#m;
        if (run !== this.#sync) {
            return;
        }

        if (frame.err) {
            const error = refusal(frame.err);
            if (error.retryable) {
                this.#syncRetryAt = m.now + Math.max(error.retryAfterMs, SYNC_RETRY);
            } else {
                m.reconnect(error);
            }

            return;
        }

        const page = frame.sync_page;
        if (page) {
            run.hasPage = true;
            page.reset?.forEach(({ conversation, seq = 0 }) => this.#reset(m.conv(conversation), seq));
            const items = toItems(page.entries, page.skipped);
            if (run.mode === 'fresh') {
                // What lies before the first item of a conversation is what other devices have got.
                items.forEach((item) => m.conv(item.conversation).startAt(fromOf(item) - 1));
            }

            this.accept(items);
            if (page.synced) {
                this.#caught();
                return;
            }
        }

        this.#continue(run);
    }

    #caught(): void {
        const fresh = this.#sync?.mode === 'fresh';
        this.#sync = undefined;
        this.#wasLive = true;
        this.#m.caughtUp();
        if (this.#listAfterSync) {
            this.#listAfterSync = false;
            this.list.begin(fresh);
        }
    }

    #noteHole(conv: Conv): void {
        if (conv.tracker.hasHole) {
            this.#holes.add(conv);
        }
    }

    #pull(conv: Conv): void {
        const { tracker } = conv;
        tracker.pullStarted();
        // An `after` of 0 is absent and would mean the newest; around the first are the first ones.
        const at = tracker.held > 0 ? { after: tracker.held } : { around: 1 };
        this.#m.sendRequest({ history: { conversation: conv.id, ...at, limit: PAGE } }, ({ history, err }) => {
            const m = this.#m;
            if (conv.tracker !== tracker) {
                return;
            }

            if (history) {
                const before = tracker.held;
                this.accept(toItems(history.entries, history.skipped));
                const progress = tracker.held > before;
                tracker.pullEnded(progress, m.now);
                if (history.has_more_after && progress) {
                    tracker.hint(tracker.held + 1, m.now, 0);
                    this.#noteHole(conv);
                }
            } else if (err?.retryable) {
                tracker.pullEnded(false, m.now + (err.retry_after_ms ?? 0));
            } else {
                tracker.giveUp();
            }
        });
    }

    /** Nothing of a conversation above a seq is there any more. */
    #reset(conv: Conv, seq: number): void {
        const m = this.#m;
        const { batch } = m.out;
        m.sends.marks.lower(conv, seq);
        conv.restart(seq);
        this.#holes.delete(conv);
        batch.items = batch.items.filter((item) => item.conversation !== conv.id || toOf(item) <= seq);
        batch.dropped.push({ conversation: conv.id, above: seq });
        m.sends.unsee(conv.id, seq);
        m.tell({ type: 'reset', conversation: conv.id, above: seq });
        m.touch(conv, true);
    }

    #receipt(receipt: WireReceipt): void {
        const m = this.#m;
        const { user, seq, delivered = 0, read = 0 } = receipt;
        const conv = m.conv(receipt.conversation);
        if (user === m.user) {
            if (m.sends.marks.confirm(conv, delivered, read)) {
                m.touch(conv, true);
                if (!conv.isCounted) {
                    this.list.stale(conv);
                }
            }
        } else if (user) {
            this.#place(conv, receipt);
        } else if (seq) {
            this.#count(conv, seq, receipt.delivered_count, receipt.read_count);
        }
    }

    #place(conv: Conv, marks: WireMemberMarks): void {
        const told = toPlace(marks);
        const known = conv.places.get(told.user);
        // What ended belongs to the higher `delivered`.
        const place = { ...(known && known.delivered > told.delivered ? known : told) };
        const isNews = !known || raise({ ...known }, told.delivered, told.read);
        if (isNews) {
            raise(place, known?.delivered ?? 0, known?.read ?? 0);
            conv.places.set(place.user, place);
            this.#m.tell({ type: 'receipt', conversation: conv.id, place });
            this.#m.touch(conv, true);
        }
    }

    /** Counts only rise, and they hold for all lower seqs at least. */
    #count(conv: Conv, seq: number, delivered = 0, read = 0): void {
        const known = conv.counts;
        const counts = known?.seq === seq ? { ...known } : { seq, delivered: 0, read: 0 };
        if ((known?.seq ?? 0) <= seq && raise(counts, delivered, read)) {
            conv.counts = counts;
            this.#m.tell({ type: 'receipt_counts', conversation: conv.id, counts });
            this.#m.touch(conv);
        }
    }
}

const position = (conv: Conv): WirePosition => ({ conversation: conv.id, seq: conv.tracker.held });
