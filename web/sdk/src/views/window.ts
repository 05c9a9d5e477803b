import type { ConversationWindow, ViewOptions, WindowContent } from '../apiFull.js';
import { toItems } from '../engine/items.js';
import { inPassing, type PortEvent } from '../engine/port.js';
import { unavailable } from '../errors.js';
import { fromOf, type LogItem, toOf } from '../entries.js';
import type { HistoryRequest, ServerFrame } from '../wire/frames.js';
import { FIRST, LIMIT, RoomView } from './room.js';
import type { ViewArgs } from './view.js';

type HistoryPage = NonNullable<ServerFrame['history']>;

/** How long a view that opens waits for what only the server has, in ms. */
const PATIENCE = 3_000;

/** The most that is shown at once of a long stretch of unread ones. */
const PAGE = 200;

/** A conversation of which a part is shown that need not be the newest one. It moves over the whole of it, at both ends. */
export class WindowView extends RoomView implements ConversationWindow {
    /** There is more after the last item. What comes joins on there, and is left out until that is loaded. */
    #hasNewer = true;
    #at: ViewOptions['at'];

    constructor(at: ViewOptions['at'], id: string, ...args: ViewArgs) {
        super(id, ...args);
        this.#at = at;
    }

    override get current(): WindowContent {
        return super.current as WindowContent;
    }

    override subscribe(listener: (value: WindowContent) => void): () => void {
        return super.subscribe(listener as (value: unknown) => void);
    }

    loadNewer(count = FIRST): Promise<void> {
        return this.once(count, () => this.#fetchNewer(count));
    }

    async jump(to: number | 'newest'): Promise<void> {
        while (this.underWay) await this.underWay.catch(() => undefined);
        await this.once(1, async () => {
            await this.#fill(to === 'newest' ? undefined : to);
            this.flush();
        });
    }

    protected override show(): WindowContent {
        return { ...super.show(), hasNewer: this.#hasNewer };
    }

    protected override on(event: PortEvent): void {
        super.on(event);
        if (event.type === 'reset' && event.conversation === this.roomNow.id) {
            this.#hasNewer &&= (this.#lastSeq ?? event.above) < event.above;
        }
    }

    protected override appendNext(item: LogItem): void {
        if (!this.#hasNewer) {
            super.appendNext(item);
        }
    }

    protected override async load(): Promise<void> {
        const { id } = this.roomNow;
        await this.port.call('setOpen', this.holder, [id]);
        const { read, held, item } = (this.roomNow = await this.port.call('room', id));
        const isUnread = this.#at === 'unread' && read < Math.max(held, item?.head ?? 0);
        // Without a connection and without a store that reaches back so far there is the newest alone.
        await this.#fill(isUnread ? read + 1 : undefined, this.#patience()).catch(() => this.#fill());
        if (this.shownItems.length < FIRST / 2 && this.canLoadOlder && held > 0) {
            inPassing(this.loadOlder());
        }
    }

    protected override async fetchOlder(count: number): Promise<void> {
        const excess = this.shownItems.length + count - LIMIT;
        if (excess > 0 && this.canLoadOlder) {
            this.shownItems.splice(-excess);
            this.#hasNewer = true;
        }

        await super.fetchOlder(count);
    }

    async #fetchNewer(count: number): Promise<void> {
        const last = this.#lastSeq;
        if (!this.#hasNewer || last === undefined) {
            return;
        }

        const excess = this.shownItems.length + count - LIMIT;
        if (excess > 0) {
            this.shownItems.splice(0, excess);
            this.goesOn = true;
            // Told by itself, so that who shows it sees one change at one end at a time.
            this.flush();
        }

        let more = false;
        if (!this.#joinNewer(await this.#stored(last, count))) {
            const history = await this.#history({ after: last }, count);
            more = !!history?.has_more_after;
            this.#hasNewer = this.#joinNewer(toItems(history?.entries, history?.skipped));
        }

        this.#hasNewer = more || (this.#hasNewer && this.#lacks);
        this.flush();
    }

    /** The newest items, or those around a seq, in place of those it has. */
    async #fill(at?: number, patience?: number): Promise<void> {
        const { held } = this.roomNow;
        let items = run(await this.#stored(Math.min(held - FIRST, (at ?? Infinity) - FIRST / 2), PAGE), at);
        let history: HistoryPage | undefined;
        if (at !== undefined && items.length === 0) {
            history = await this.#within(patience, this.#history({ around: at }, 2 * FIRST));
            items = toItems(history?.entries, history?.skipped);
        }

        this.shownItems = items;
        this.goesOn = history?.has_more_before ?? true;
        this.#hasNewer = !!history?.has_more_after || this.#lacks;
        if (at === undefined && this.#hasNewer) {
            // Some came while it was read.
            await this.#fetchNewer(FIRST);
        }
    }

    /** How long a view that opens waits for the server, in ms: a question waits for a connection, however long that takes. */
    #patience(): number {
        const { state, error } = this.port.state.change;
        return state === 'offline' || error ? 0 : PATIENCE;
    }

    #within<T>(patience: number | undefined, work: Promise<T>): Promise<T> {
        if (patience === undefined) return work;
        return new Promise((resolve, reject) => {
            const cancel = this.clock.after(patience, () => reject(unavailable('There is no connection.')));
            work.then(resolve, reject).finally(cancel);
        });
    }

    /** What joins on above is taken; false when nothing does. */
    #joinNewer(items: readonly LogItem[]): boolean {
        const last = this.#lastSeq ?? 0;
        const joined = run(
            items.filter((item) => fromOf(item) > last),
            last + 1,
        );
        this.shownItems.push(...joined);
        return joined.length > 0;
    }

    get #lastSeq(): number | undefined {
        const last = this.shownItems.at(-1);
        return last && toOf(last);
    }

    /** The store holds more than is here. */
    get #lacks(): boolean {
        return (this.#lastSeq ?? Infinity) < this.roomNow.held;
    }

    /** What the store has above a seq; what it knows only as too old the server has. */
    async #stored(after: number, count: number): Promise<LogItem[]> {
        const stored = await this.port.call('read', this.roomNow.id, Math.max(0, after), Infinity, count);
        return stored.filter((item) => item.type === 'entry' || item.why !== 'expired');
    }

    async #history(at: Omit<HistoryRequest, 'conversation'>, limit: number): Promise<HistoryPage | undefined> {
        const { history } = await this.port.call('ask', { history: { conversation: this.roomNow.id, ...at, limit } });
        return history;
    }
}

/** Those around a seq that stand next to each other, or the newest of them; none when that seq is not among them. */
function run(items: readonly LogItem[], at = Infinity): LogItem[] {
    let found: LogItem[] = [];
    let last = 0;
    for (const item of items) {
        if (fromOf(item) !== last + 1) {
            if (last >= at) {
                break;
            }

            found = [];
        }

        found.push(item);
        last = toOf(item);
    }

    const [first] = found;
    return at === Infinity || (first && fromOf(first) <= at && last >= at) ? found : [];
}
