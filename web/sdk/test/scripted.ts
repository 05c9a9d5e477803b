/** A machine whose server is the test itself: it reads what the machine says and answers as it likes. */
import { Machine } from '../src/engine/machine.js';
import type { MachineOptions } from '../src/engine/machineOptions.js';
import { Phase } from '../src/engine/phase.js';
import type { PortEvent } from '../src/engine/port.js';
import type { Effects } from '../src/engine/effects.js';
import type { StoredState } from '../src/stores/store.js';
import type { ClientFrame, ServerFrame, WireEntry, WireWelcome } from '../src/wire/frames.js';

export const EPOCH = 1_795_000_000_000;

type Body = Exclude<keyof ClientFrame, 'id'>;

export class Scripted {
    readonly machine: Machine;
    readonly events: PortEvent[] = [];
    /** What was said and not looked at yet. */
    said: ClientFrame[] = [];
    /** Each token asked for in a session: whether it has to be another one. */
    readonly fetches: boolean[] = [];
    /** The same of each connection asked for. */
    readonly opens: boolean[] = [];
    /** What the shell was told to do last. */
    did: Pick<Effects, 'open' | 'close'> = { open: false, close: false };

    constructor(stored: Partial<StoredState> = {}, options: Partial<MachineOptions> = {}) {
        this.machine = new Machine(
            {
                url: 'wss://x/v1/connect',
                agent: 'test',
                firstSync: 'all',
                outboxLimit: 10,
                random: () => 0.5,
                ...options,
            },
            { meta: {}, conversations: [], outbox: [], ...stored },
        );
        this.machine.wall = EPOCH;
        void this.machine.connect().catch(() => undefined);
    }

    /** Something happens; what the machine decided is in `said`, `did` and `events`. */
    do(act: (machine: Machine) => void = () => undefined): this {
        act(this.machine);
        this.machine.advance();
        const { frames, events, after, open, close, fetch, renew } = this.machine.take();
        this.said.push(...frames);
        this.events.push(...events);
        if (fetch) this.fetches.push(renew);
        if (open) this.opens.push(renew);
        this.did = { open, close };
        after.forEach((call) => call());
        return this;
    }

    /** So many ms pass, with all that falls due meanwhile; the server keeps the connection alive unless it is `quiet`. */
    pass(ms: number, { quiet = false } = {}): this {
        for (let left = ms; left > 0; left -= 20_000) {
            this.#pass(Math.min(left, 20_000));
            if (!quiet) this.get({ ping: {} }).drop('pong');
        }

        return this.do();
    }

    #pass(ms: number): void {
        const end = this.machine.now + ms;
        for (let due; (due = Math.max(this.machine.nextDue(), this.machine.now)) <= end;) {
            this.#advance(due);
            this.do();
        }

        this.#advance(end);
    }

    #advance(to: number): void {
        this.machine.wall += to - this.machine.now;
        this.machine.now = to;
    }

    get(...frames: ServerFrame[]): this {
        return this.do((machine) => machine.received(frames));
    }

    /** The next thing said of this kind, taken out of `said`. */
    take<B extends Body>(body: B): NonNullable<ClientFrame[B]> & { readonly id: number } {
        const at = this.said.findIndex((frame) => frame[body]);
        const [frame] = at < 0 ? [] : this.said.splice(at, 1);
        if (!frame) throw new Error(`Nothing of ${body} was said, only: ${JSON.stringify(this.said)}`);
        return { ...(frame[body] as NonNullable<ClientFrame[B]>), id: frame.id ?? 0 };
    }

    drop(body: Body): this {
        this.said = this.said.filter((frame) => !frame[body]);
        return this;
    }

    /** Connects as far as the welcome; gives the hello. */
    welcome(fields: WireWelcome = {}): ReturnType<typeof this.take<'hello'>> {
        if (this.machine.phase !== Phase.opening) this.pass(20_000, { quiet: true });
        this.do((machine) => machine.opened('token'));
        const hello = this.take('hello');
        this.get({
            id: hello.id,
            welcome: {
                user: 'u1',
                device: 'd1',
                session: 's1',
                incarnation: 'i',
                store: 'l',
                server_time: EPOCH,
                ...fields,
            },
        });
        return hello;
    }

    /** Live, with nothing left to say. */
    live(fields: WireWelcome = {}): this {
        this.welcome(fields);
        if (fields.resumed !== 'full') this.get({ id: this.take('sync').id, sync_page: { synced: true } });
        for (const next of ['conversations', 'conversations'] as const) {
            if (this.said.some((frame) => frame[next])) this.get({ id: this.take(next).id, conversations: {} });
        }

        return this;
    }

    /** The connection breaks. */
    break(code = 1006): this {
        this.said = [];
        return this.do((machine) => machine.closed(code));
    }

    kinds(): string[] {
        return this.said.flatMap((frame) => Object.keys(frame).filter((key) => key !== 'id'));
    }

    told(type: PortEvent['type']): PortEvent[] {
        return this.events.filter((event) => event.type === type);
    }
}

export const entry = (conversation: string, seq: number, from = 'u2'): WireEntry => ({
    conversation,
    seq,
    time: EPOCH,
    kind: 'message',
    from,
    cid: `${conversation}-${seq}`,
    text: `text ${seq}`,
});
