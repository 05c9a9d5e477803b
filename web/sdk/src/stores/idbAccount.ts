import type { AccountStore, StoredLogin } from './account.js';
import { openDatabase } from './idbOpen.js';

const table = 'login';
const key = 'login';

/** Keeps a login in IndexedDB: for all tabs of this origin, over restarts of the browser. */
export function idbAccountStore(name = 'connect'): AccountStore {
    let opened: Promise<IDBDatabase> | undefined;
    const use = async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
        const create = (database: IDBDatabase): unknown => database.createObjectStore(table);
        opened ??= openDatabase(`${name}-login`, create, () => (opened = undefined));
        // A failed opening (a private window, a full disk) is tried again with the next call.
        const database = await opened.catch((error: unknown) => {
            opened = undefined;
            throw error;
        });
        return run(database, mode, work);
    };
    return {
        name,
        load: () => use<StoredLogin | undefined>('readonly', (store) => store.get(key)),
        save: async (login) => void (await use('readwrite', (store) => store.put(login, key))),
        clear: () => use('readwrite', (store) => store.delete(key)),
    };
}

/** Resolves when the transaction is durable. */
function run<T>(
    database: IDBDatabase,
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
    return new Promise((resolve, reject) => {
        const transaction = database.transaction(table, mode, { durability: 'strict' });
        const request = work(transaction.objectStore(table));
        transaction.oncomplete = () => resolve(request.result);
        const failed = () => reject(transaction.error ?? new Error('The login could not be kept.'));
        transaction.onabort = failed;
        transaction.onerror = failed;
    });
}
