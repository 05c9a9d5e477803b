import type { ConnectError } from '../errors.js';
import type { ClientFrame, ServerFrame } from '../wire/frames.js';
import { refusal } from './items.js';
import type { Question } from './port.js';

const PATIENCE = 60_000;

/** The requests of one session that have no answer yet. */
export class Requests {
    /** How many may be under way. */
    limit = 255;
    #last = 0;
    #inFlight = 0;
    #open = new Map<number, { answered: (frame: ServerFrame) => void; counts: boolean; deadline: number }>();

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
        const counts = !frame.mark;
        this.#open.set(id, { answered, counts, deadline: now + PATIENCE });
        this.#inFlight += counts ? 1 : 0;
        return { id, ...frame };
    }

    answer(id: number, frame: ServerFrame): void {
        const request = this.#open.get(id);
        if (request) {
            this.#open.delete(id);
            this.#inFlight -= request.counts ? 1 : 0;
            request.answered(frame);
        }
    }

    clear(): void {
        this.#open.clear();
        this.#last = this.#inFlight = 0;
    }
}

interface Asked {
    frame: Question;
    asked: boolean;
    resolve: (frame: ServerFrame) => void;
    reject: (error: ConnectError) => void;
}

/** What callers want to know: asked on the next session again until there is an answer. */
export class Questions {
    #open = new Set<Asked>();

    /** @param after Takes what is to be done once all that was decided is carried out. */
    constructor(private readonly after: (done: () => void) => void) {}

    add(frame: Question): Promise<ServerFrame> {
        return new Promise((resolve, reject) => this.#open.add({ frame, asked: false, resolve, reject }));
    }

    /** Asks what was not asked in this session. `request` is false when there is no room. */
    advance(request: (frame: Question, answered: (frame: ServerFrame) => void) => boolean): void {
        for (const question of this.#open) {
            question.asked ||= request(question.frame, (frame) => this.#answered(question, frame));
        }
    }

    disconnected(): void {
        this.#open.forEach((question) => (question.asked = false));
    }

    fail(reason: ConnectError): void {
        this.#open.forEach((question) => this.after(() => question.reject(reason)));
        this.#open.clear();
    }

    #answered(question: Asked, frame: ServerFrame): void {
        this.#open.delete(question);
        this.after(() => (frame.err ? question.reject(refusal(frame.err)) : question.resolve(frame)));
    }
}
