import type { Entry, LogItem } from '@connect-chat/sdk';
import { chatter } from './people.js';

/** Makes a log of one conversation, minute by minute up to `end`. */
export class LogMaker {
    readonly items: LogItem[] = [];
    #seq = 0;

    constructor(
        readonly conversation: string,
        private time: number,
    ) {}

    get head(): number {
        return this.#seq;
    }

    message(from: string, text: string, minutes = 3): this {
        this.time += minutes * 60_000;
        return this.#push({ kind: 'message', from, cid: `${this.conversation}-${this.#seq + 1}`, text });
    }

    line(from: string, kind: Entry['kind'], change?: Entry['change'], minutes = 5): this {
        this.time += minutes * 60_000;
        return this.#push({ kind, from, cid: '', text: '', ...(change ? { change } : {}) });
    }

    skip(count: number, why: 'not_member' | 'expired' | 'deleted' | 'unknown'): this {
        const from = this.#seq + 1;
        this.#seq += count;
        this.items.push({ type: 'skipped', conversation: this.conversation, from, to: this.#seq, why });
        return this;
    }

    /** Small talk of `count` messages. */
    talk(authors: readonly string[], count: number, minutes = 4): this {
        for (let i = 0; i < count; i++) {
            const author = authors[Math.floor(i / 2 + (i % 7 === 3 ? 1 : 0)) % authors.length] ?? '';
            this.message(author, chatter[i % chatter.length] ?? '', i % 9 === 0 ? minutes * 40 : minutes);
        }
        return this;
    }

    #push(part: Pick<Entry, 'kind' | 'from' | 'cid' | 'text'> & Partial<Entry>): this {
        this.#seq++;
        this.items.push({ type: 'entry', conversation: this.conversation, seq: this.#seq, time: this.time, ...part });
        return this;
    }
}
