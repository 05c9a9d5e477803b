import type { Outgoing } from '../api.js';
import type { Entry, LogItem } from '../entries.js';
import { type ConnectError, Code, fault, isOfToken, packError, unpackError } from '../errors.js';
import type { StoredMessage } from '../stores/store.js';
import type { ServerFrame } from '../wire/frames.js';
import { isTooLarge, textLimit } from '../wire/limits.js';
import type { Conv } from './conv.js';
import type { Decisions, Progress, Requester, Rooms, Timer } from './host.js';
import { refusal, toItems } from './items.js';
import type { MachineOptions } from './machineOptions.js';
import { type Mark, MarkBook } from './marks.js';
import { type Ack, isFarOff, newCid, type OutboxItem, SendQueue, toOutgoing, toStored } from './outbox.js';

/** Acks that are remembered for who asks late. */
const REMEMBERED = 1000;
const SURROGATE = /\p{Surrogate}/u;

interface SendsHost extends Requester, Rooms, Timer, Decisions, Pick<Progress, 'user'> {
    readonly options: Pick<MachineOptions, 'random' | 'outboxLimit'>;
    readonly log: {
        readonly list: { stale(conv: Conv): void };
        accept(items: readonly LogItem[]): void;
    };
    readonly attention: { readonly own: { clear(conversation: string): void } };
    readonly stopReason: ConnectError | undefined;
    renewToken(inMs: number): void;
}

/** The outbox and the marks. */
export class Sends {
    readonly queue: SendQueue;
    readonly marks = new MarkBook();
    /** What was refused for good and is not discarded. */
    readonly failed = new Map<string, OutboxItem>();
    #m: SendsHost;
    #lastId = 0;
    #acks = new Map<string, Ack>();

    constructor(m: SendsHost) {
        this.#m = m;
        this.queue = new SendQueue(m.options.random);
    }

    load(message: StoredMessage): void {
        const item = { ...message };
        this.#lastId = Math.max(this.#lastId, item.id);
        if (item.error) {
            this.failed.set(item.cid, item);
        } else {
            this.queue.add(item);
        }

        this.#show(this.#m.conv(item.conversation));
    }

    /** In the order of sending. */
    outgoing(conversation?: string): Outgoing[] {
        return [...this.failed.values(), ...this.queue.items.values()]
            .filter((item) => conversation === undefined || item.conversation === conversation)
            .sort((one, other) => one.id - other.id)
            .map(toOutgoing);
    }

    /** With a cid of the caller's it is the same message however often it is asked for. */
    send(conversation: string, text: string, seen: number, to: string, cid = ''): string {
        const m = this.#m;
        if (!text || SURROGATE.test(text)) {
            throw fault(Code.invalid, 'invalid', 'The text is empty or not Unicode.');
        }

        if (isTooLarge(text, m.limits)) {
            throw this.#tooLarge;
        }

        if (this.queue.items.has(cid) || this.failed.has(cid) || this.#acks.has(cid)) {
            return cid;
        }

        if (this.queue.items.size >= m.options.outboxLimit) {
            throw fault(Code.overloaded, 'overloaded', 'The outbox is full.');
        }

        const time = m.wall + m.clock;
        const conv = m.conv(conversation);
        const item: OutboxItem = {
            id: ++this.#lastId,
            conversation,
            to: to || conv.peer,
            cid: cid || newCid(time, m.options.random),
            text,
            time,
            seen: seen || conv.read,
            transmitted: false,
        };
        this.queue.add(item);
        this.#keep(item);
        return item.cid;
    }

    /** The ack of a message, now or later. */
    sent(cid: string): Promise<Ack> {
        const ack = this.#acks.get(cid);
        const item = this.queue.items.get(cid);
        const failed = this.failed.get(cid)?.error;
        return new Promise((resolve, reject) => {
            if (ack) {
                resolve(ack);
            } else if (failed) {
                reject(unpackError(failed));
            } else if (!item) {
                reject(fault(Code.unknown_outcome, 'unknown_outcome', 'This message is unknown.', true));
            } else if (this.#m.stopReason) {
                reject(this.#m.stopReason);
            } else {
                (item.waiters ??= []).push({ resolve, reject });
            }
        });
    }

    /** Takes a message back, if it was never transmitted or is refused for good. */
    discard(cid: string): boolean {
        const item = this.queue.items.get(cid) ?? this.failed.get(cid);
        if (!item || (item.transmitted && !item.error)) {
            return false;
        }

        this.#forget(item);
        this.#settle(item, undefined, fault(Code.invalid, 'invalid', 'Discarded.'));
        return true;
    }

    /** Sends a refused message again, under a new cid. */
    retry(cid: string): string {
        const item = this.failed.get(cid);
        if (!item) {
            throw fault(Code.not_found, 'not_found', 'No such message.');
        }

        const next = this.send(item.conversation, item.text, item.seen, item.to);
        this.#forget(item);
        return next;
    }

    markRead(conversation: string, seq: number): void {
        const conv = this.#m.conv(conversation);
        if (this.marks.raise(conv, 0, seq)) {
            this.#m.touch(conv, true);
            if (!conv.isCounted) {
                this.#m.log.list.stale(conv);
            }
        }
    }

    /** What was on screen then is not what has these numbers now. */
    unsee(conversation: string, above: number): void {
        for (const item of this.queue.items.values()) {
            if (item.conversation === conversation && item.seen > above) {
                item.seen = 0;
                this.#keep(item);
            }
        }
    }

    /** An entry of this user's that is still in the outbox counts as its ack. */
    entry({ cid, from, conversation, seq, time }: Entry): void {
        const item = from === this.#m.user && cid ? this.queue.items.get(cid) : undefined;
        if (item) {
            this.#complete(item, { conversation, seq, time });
        }
    }

    dueAt(): number {
        return Math.min(this.marks.dueAt, this.#m.canAsk ? this.queue.dueAt(this.#m.now) : Infinity);
    }

    advance(): void {
        const m = this.#m;
        const marks = this.marks.take(m.now, m.limits);
        if (marks) {
            m.sendRequest({ mark: { marks } }, ({ err }) => {
                const settled = err
                    ? this.marks.refused(!!err.retryable, err.retry_after_ms ?? 0, m.now)
                    : this.marks.confirmed();
                settled.forEach((mark: Mark) => m.touch(mark as Conv, true));
            });
        }

        for (let next; m.canAsk && (next = this.queue.take(m.now, (item) => this.#prepare(item)));) {
            const [item, after] = next;
            if (isTooLarge(item.text, m.limits)) {
                // It was put in under another limit: transmitted, it would end the session.
                this.#refused(item, this.#tooLarge);
                continue;
            }

            m.attention.own.clear(item.conversation);
            // Until the direct conversation is known to exist, its other user says where it goes.
            const isNew = item.to && m.conv(item.conversation).tracker.held === 0;
            m.sendRequest(
                {
                    send: {
                        [isNew ? 'to' : 'conversation']: isNew ? item.to : item.conversation,
                        cid: item.cid,
                        text: item.text,
                        after,
                        seen: item.seen,
                    },
                },
                (frame) => this.#answered(item, frame),
            );
        }
    }

    disconnected(): void {
        this.queue.disconnected();
        this.marks.disconnected();
    }

    get #tooLarge(): ConnectError {
        return fault(Code.too_large, 'too_large', `A text has at most ${textLimit(this.#m.limits)} bytes.`);
    }

    /** The client ends or has stopped for good: what is in the outbox stays there, and nobody waits for it here any more. */
    leave(reason: ConnectError): void {
        this.queue.items.forEach((item) => this.#settle(item, undefined, reason));
    }

    /**
     * Before a transmission: a cid that was never transmitted and whose time is far off is replaced; that it is transmitted is
     * remembered before it is, so that it never changes afterwards.
     */
    #prepare(item: OutboxItem): void {
        const m = this.#m;
        item.repeated = item.transmitted;
        if (item.transmitted) {
            return;
        }

        const time = m.wall + m.clock;
        if (isFarOff(item.cid, time)) {
            this.queue.rename(item, newCid(time, m.options.random));
        }

        item.transmitted = true;
        this.#keep(item);
    }

    #answered(item: OutboxItem, { sent, err }: ServerFrame): void {
        const m = this.#m;
        if (this.queue.items.get(item.cid) !== item) {
            // Its entry came first.
            return;
        }

        if (sent) {
            // Its entry completes it, as one that is pushed does.
            const { conversation, seq, time } = sent;
            const { cid, text } = item;
            m.log.accept(toItems([{ conversation, seq, time, kind: 'message', from: m.user, cid, text }]));
        } else if (err) {
            this.#refused(item, refusal(err));
        }
    }

    #refused(item: OutboxItem, error: ConnectError): void {
        const m = this.#m;
        const needsToken = isOfToken(error);
        if (needsToken || error.retryable) {
            if (needsToken) {
                m.renewToken(0);
            }

            const everywhere = error.code === Code.rate_limited || error.code === Code.overloaded;
            this.queue.retry(item, error.retryAfterMs, everywhere, m.now);
            return;
        }

        this.queue.remove(item, m.now);
        item.error = packError(error);
        item.perhapsSent = error.code === Code.too_old && !!item.repeated;
        this.failed.set(item.cid, item);
        this.#keep(item);
        m.tell({ type: 'send_failed', message: toOutgoing(item) });
        this.#settle(item, undefined, error);
    }

    #complete(item: OutboxItem, ack: Ack): void {
        const m = this.#m;
        const conv = m.conv(ack.conversation);
        this.#forget(item);
        // The server raises this user's mark by `seen`, and over own messages that follow directly.
        if (item.seen > 0) {
            const read = Math.max(conv.read, item.seen);
            this.marks.confirm(conv, 0, read === ack.seq - 1 ? ack.seq : read);
        }

        m.touch(conv, true);
        m.tell({ type: 'sent', cid: item.cid, ...ack });
        this.#acks.set(item.cid, ack);
        if (this.#acks.size > REMEMBERED) {
            this.#acks.delete(this.#acks.keys().next().value as string);
        }

        this.#settle(item, ack);
    }

    #settle({ waiters = [] }: OutboxItem, ack?: Ack, error?: ConnectError): void {
        // Emptied, for a message may be given up more than once.
        waiters.splice(0).forEach((waiter) => this.#m.settle(waiter, ack, error));
    }

    /** Only the last word counts: a message that is put in and transmitted in one go is written once. */
    #keep(item: OutboxItem): void {
        const { batch } = this.#m.out;
        batch.outbox = [...batch.outbox.filter((message) => message.id !== item.id), toStored(item)];
        this.#changed(item);
    }

    #forget(item: OutboxItem): void {
        const { batch } = this.#m.out;
        this.queue.remove(item, this.#m.now);
        this.failed.delete(item.cid);
        batch.outbox = batch.outbox.filter((message) => message.id !== item.id);
        batch.outboxRemoved.push(item.id);
        this.#changed(item);
    }

    #changed(item: OutboxItem): void {
        const conv = this.#m.conv(item.conversation);
        this.#show(conv);
        this.#m.touch(conv);
        this.#m.tell({ type: 'outbox', conversation: item.conversation });
    }

    #show(conv: Conv): void {
        conv.outgoing = this.outgoing(conv.id);
    }
}
