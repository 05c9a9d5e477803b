import { fromOf, type LogItem, toOf } from '../entries.js';
import { openDatabase } from './idbOpen.js';
import type { ConnectStore, StoreBatch, StoredConversation, StoredMessage } from './store.js';

interface Row {
    readonly conversation: string;
    readonly at: number;
    readonly item: LogItem;
}

const META = 'meta';
const CONVERSATIONS = 'conversations';
const OUTBOX = 'outbox';
const ITEMS = 'items';
/** Of META: who loaded it last. */
const OWNER = '#owner';

/**
 * Keeps outbox, positions and entries in IndexedDB, over restarts of the browser. One engine uses a name at a time (see
 * `shareTabs`): the one that loaded it last. A batch of an earlier one, of a tab that slept for instance, is refused whole.
 *
 * @param name The database; one for each login of each server.
 * @param keep Of each conversation the entries of the newest so many seqs are kept; older ones the server has.
 */
export function idbStore(name: string, keep = 5000): ConnectStore {
    let opened: Promise<IDBDatabase> | undefined;
    let owner: string | undefined;
    const database = (): Promise<IDBDatabase> => {
        opened ??= openDatabase(name, create, () => (opened = undefined));
        // A failed opening (a private window, a full disk) is tried again with the next call.
        opened.catch(() => (opened = undefined));
        return opened;
    };
    const run = async <T>(
        stores: string[],
        mode: IDBTransactionMode,
        durable: boolean,
        work: (store: (name: string) => IDBObjectStore, refuse: (error: Error) => void) => () => T,
    ): Promise<T> => {
        const transaction = (await database()).transaction(stores, mode, {
            durability: durable ? 'strict' : 'relaxed',
        });
        return new Promise((resolve, reject) => {
            transaction.onabort = () => reject(transaction.error ?? new Error('The database gave up.'));
            const refuse = (error: Error): void => {
                reject(error);
                transaction.abort();
            };
            try {
                const result = work((each) => transaction.objectStore(each), refuse);
                transaction.oncomplete = () => resolve(result());
            } catch (error) {
                // What went before it in this batch must not stay.
                refuse(error as Error);
            }
        });
    };

    return {
        load: () =>
            run([META, CONVERSATIONS, OUTBOX], 'readwrite', false, (store) => {
                store(META).delete(OWNER);
                const keys = store(META).getAllKeys();
                const values = store(META).getAll();
                const conversations: IDBRequest<StoredConversation[]> = store(CONVERSATIONS).getAll();
                const outbox: IDBRequest<StoredMessage[]> = store(OUTBOX).getAll();
                store(META).put((owner = crypto.randomUUID()), OWNER);
                return () => ({
                    meta: Object.fromEntries(keys.result.map((key, at) => [key, values.result[at]])),
                    conversations: conversations.result,
                    outbox: outbox.result,
                });
            }),
        apply: (batch) =>
            run([META, CONVERSATIONS, OUTBOX, ITEMS], 'readwrite', batch.outbox.length > 0, (store, refuse) => {
                const last = store(META).get(OWNER);
                last.onsuccess = () => {
                    if (owner !== undefined && last.result !== owner)
                        refuse(new Error('It is used by another client now.'));
                };
                write(batch, store, keep);
                return () => undefined;
            }),
        read: (conversation, after, before, limit) =>
            run([ITEMS], 'readonly', false, (store) => {
                const above = IDBKeyRange.bound([conversation, after], [conversation, Infinity], true);
                const rows: IDBRequest<Row[]> = store(ITEMS).getAll(above, limit);
                return () => rows.result.map((row) => row.item).filter((item) => fromOf(item) < before);
            }),
        clear: (keepOutbox = false) =>
            run([META, CONVERSATIONS, OUTBOX, ITEMS], 'readwrite', true, (store) => {
                const kept = keepOutbox ? [META, OUTBOX] : [];
                [META, CONVERSATIONS, OUTBOX, ITEMS]
                    .filter((each) => !kept.includes(each))
                    .forEach((each) => store(each).clear());
                store(META).delete(OWNER);
                return () => undefined;
            }),
        close: async () => {
            const [last] = [await opened?.catch(() => undefined)];
            opened = undefined;
            last?.close();
        },
    };
}

function write(batch: Readonly<StoreBatch>, store: (name: string) => IDBObjectStore, keep: number): void {
    for (const [key, value] of Object.entries(batch.meta)) {
        if (value === undefined) {
            store(META).delete(key);
        } else {
            store(META).put(value, key);
        }
    }

    for (const { conversation, above } of batch.dropped) {
        store(ITEMS).delete(IDBKeyRange.bound([conversation, above], [conversation, Infinity], true));
    }

    const newest = new Map<string, number>();
    for (const item of batch.items) {
        const { conversation } = item;
        newest.set(conversation, toOf(item));
        store(ITEMS).put({ conversation, at: toOf(item), item } satisfies Row);
    }

    newest.forEach((to, conversation) => {
        if (to > keep) {
            store(ITEMS).delete(IDBKeyRange.bound([conversation, 0], [conversation, to - keep]));
        }
    });
    batch.conversations.forEach((conversation) => store(CONVERSATIONS).put(conversation));
    batch.outbox.forEach((message) => store(OUTBOX).put(message));
    batch.outboxRemoved.forEach((id) => store(OUTBOX).delete(id));
}

function create(database: IDBDatabase): void {
    database.createObjectStore(META);
    database.createObjectStore(CONVERSATIONS, { keyPath: 'id' });
    database.createObjectStore(OUTBOX, { keyPath: 'id' });
    database.createObjectStore(ITEMS, { keyPath: ['conversation', 'at'] });
}
