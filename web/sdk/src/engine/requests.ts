import type { ConnectError } from '../errors.js';
import type { ClientFrame, ServerFrame } from '../wire/frames.js';
import type { Waiter } from './effects.js';
import type { Decisions, Requester } from './host.js';
import { refusal } from './items.js';
import type { Question } from './port.js';

const PATIENCE = 60_000;

/** The requests of one session that have no answer yet. */
export class Requests {
    /** How many may be under way; each welcome says it. */
    limit = 0;
    #last = 0;
    #inFlight = 0;
    #open = new Map<number, { answered: (frame: ServerFrame) => void; counts: number; deadline: number }>();

    get hasRoom(): boolean {
        return this.#inFlight < this.limit;
    }

    get areAnswered(): boolean {
        return this.#inFlight === 0;
    }

    /** When the oldest has waited too long. */
    get deadline(): number {
        const [first] = this.#open.values();
        return first?.deadline ?? Infinity;
    }

    /** The frame with an id of its own. Marks do not count: the server answers them late. */
    add(frame: ClientFrame, now: number, answered: (frame: ServerFrame) => void): ClientFrame {
        const id = ++this.#last;
        const counts = frame.mark ? 0 : 1;
        this.#open.set(id, { answered, counts, deadline: now + PATIENCE });
        this.#inFlight += counts;
        return { id, ...frame };
    }

    answer(id: number, frame: ServerFrame): void {
        const request = this.#open.get(id);
        if (request) {
            this.#open.delete(id);
            this.#inFlight -= request.counts;
            request.answered(frame);
        }
    }

    clear(): void {
        this.#open.clear();
        this.#last = this.#inFlight = 0;
    }
}

interface Asked extends Waiter<ServerFrame> {
    frame: Question;
    asked: boolean;
}

/** What callers want to know: asked on the next session again until there is an answer. */
export class Questions {
    #m: Requester & Pick<Decisions, 'settle'>;
    #open = new Set<Asked>();

    constructor(m: Requester & Pick<Decisions, 'settle'>) {
        this.#m = m;
    }

    add(frame: Question): Promise<ServerFrame> {
        return new Promise((resolve, reject) => this.#open.add({ frame, asked: false, resolve, reject }));
    }

    /** Asks what was not asked in this session, as long as there is room. */
    advance(): void {
        for (const question of this.#open) {
            if (!question.asked && this.#m.canAsk) {
                question.asked = true;
                this.#m.sendRequest(question.frame, (frame) => {
                    this.#open.delete(question);
                    this.#m.settle(question, frame, frame.err && refusal(frame.err));
                });
            }
        }
    }

    disconnected(): void {
        this.#open.forEach((question) => (question.asked = false));
    }

    fail(reason: ConnectError): void {
        this.#open.forEach((question) => this.#m.settle(question, undefined, reason));
        this.#open.clear();
    }
}
