/** A server of the wire that keeps its word but for what the protocol allows: pushes get lost, doubled and reordered. */
import type { ClientFrame, ServerFrame, WireEntry } from '../src/wire/frames.js';

const ME = 'u1';
const PAGE = 3;
const err = (code: number, name: string, retryable = false): ServerFrame => ({
    err: { code, name, message: name, ...(retryable && { retryable }) },
});

export class FakeChat {
    readonly logs = new Map<string, WireEntry[]>();
    /** What it did to the client; a run without any proves little. */
    readonly faults = { lost: 0, doubled: 0, reordered: 0, refused: 0, unanswered: 0 };
    calm = false;
    now = 0;
    #cids = new Map<string, WireEntry>();
    #out: ServerFrame[] = [];
    #isLive = false;
    #session = 0;
    #lost = true;
    #pending = new Map<string, number>();

    constructor(readonly random: () => number) {}

    /** Another user writes. */
    write(conversation: string): void {
        this.#push(this.#append(conversation, 'u2', `o${this.now}-${this.random()}`, 'theirs'));
    }

    connected(): void {
        this.#isLive = false;
        this.#out = [];
    }

    broken(): void {
        // What was under way is lost, so nothing can be resumed as if it had not been.
        this.#lost ||= this.#out.length > 0 || !this.#isLive;
        this.#isLive = false;
    }

    /** What the client reads next; the pushes in it with their faults. */
    read(): ServerFrame[] {
        const frames = this.#out;
        this.#out = [];
        return frames;
    }

    /** False when the connection broke before the answer. */
    handle(frame: ClientFrame): boolean {
        const answer = this.#answer(frame);
        if (answer && this.#happens(0.03)) {
            this.faults.unanswered++;
            return false;
        }

        if (answer) {
            this.#out.push({ ...(frame.id && { id: frame.id }), ...answer });
        }

        return true;
    }

    #happens(chance: number): boolean {
        return !this.calm && this.random() < chance;
    }

    #append(conversation: string, from: string, cid: string, text: string): WireEntry {
        const log = this.logs.get(conversation) ?? [];
        const entry: WireEntry = {
            conversation,
            seq: log.length + 1,
            time: this.now,
            cid,
            from,
            kind: 'message',
            text,
        };
        this.logs.set(conversation, [...log, entry]);
        this.#cids.set(`${conversation} ${cid}`, entry);
        return entry;
    }

    #push(entry: WireEntry): void {
        if (!this.#isLive) {
            this.#lost = true;
            return;
        }

        const frame: ServerFrame = { entries: { entries: [entry] } };
        if (this.#happens(0.15)) {
            this.faults.lost++;
            if (this.random() < 0.5) {
                // As the server does when there is no room: the number alone.
                const hints = [{ conversation: entry.conversation as string, head: entry.seq as number }];
                this.#out.push({ hint: { hints } });
            }
        } else if (this.#happens(0.14)) {
            this.faults.doubled++;
            this.#out.push(frame, frame);
        } else if (this.#happens(0.2) && this.#out.length > 0) {
            this.faults.reordered++;
            this.#out.splice(Math.floor(this.random() * this.#out.length), 0, frame);
        } else {
            this.#out.push(frame);
        }
    }

    #answer(frame: ClientFrame): ServerFrame | undefined {
        if (frame.hello) {
            const { session: last, heads = [] } = frame.hello.resume ?? {};
            const same = heads.every(({ conversation = '', seq }) => this.logs.get(conversation)?.length === seq);
            const resumed = last === `s${this.#session}` && same && !this.#lost ? 'full' : 'no';
            this.#session++;
            this.#isLive = resumed === 'full';
            const limits = { in_flight: 16, send_rate: 0, text: 8000 };
            const session = `s${this.#session}`;
            return {
                welcome: {
                    user: ME,
                    device: 'd1',
                    session,
                    incarnation: 'i',
                    store: 'l',
                    server_time: this.now,
                    limits,
                    resumed,
                },
            };
        }

        if (frame.sync) {
            this.#pending = new Map(frame.sync.positions?.map(({ conversation = '', seq = 0 }) => [conversation, seq]));
            return this.#happens(0.05) ? this.#refuse() : this.#page();
        }

        if (frame.next) {
            return this.#happens(0.05) ? this.#refuse() : this.#page();
        }

        if (frame.send) {
            return this.#send(frame.send);
        }

        if (frame.history) {
            const { conversation, after = 0 } = frame.history;
            const log = this.logs.get(conversation) ?? [];
            const entries = log.slice(after, after + PAGE);
            return this.#happens(0.1)
                ? this.#refuse()
                : { history: { conversation, entries, has_more_after: log.length > after + PAGE } };
        }

        return frame.mark ? { ok: {} } : frame.conversations ? { conversations: {} } : undefined;
    }

    #refuse(): ServerFrame {
        this.faults.refused++;
        return err(502, 'unavailable', true);
    }

    #page(): ServerFrame {
        // What moves during the sync joins it, conversations that begin, too.
        for (const [conversation, log] of this.logs) {
            const held = this.#pending.get(conversation) ?? 0;
            const entries = log.slice(held, held + PAGE);
            if (entries.length > 0) {
                this.#pending.set(conversation, held + entries.length);
                return { sync_page: { entries, more: true } };
            }
        }

        this.#isLive = true;
        this.#lost = false;
        return { sync_page: { synced: true } };
    }

    #send({ conversation = '', cid, text, after }: NonNullable<ClientFrame['send']>): ServerFrame {
        const known = this.#cids.get(`${conversation} ${cid}`);
        if (known) {
            return {
                sent: { cid, conversation, seq: known.seq as number, time: known.time as number, duplicate: true },
            };
        }

        if (after && !this.#cids.has(`${conversation} ${after}`)) {
            return err(304, 'predecessor', true);
        }

        if (text === 'no') {
            return err(203, 'forbidden');
        }

        if (this.#happens(0.15)) {
            return this.#refuse();
        }

        const entry = this.#append(conversation, ME, cid, text);
        if (this.#happens(0.05)) {
            this.faults.refused++;
            // It is there, and its sender's session is not told of it.
            return err(503, 'unknown_outcome', true);
        }

        return { sent: { cid, conversation, seq: entry.seq as number, time: this.now } };
    }
}
