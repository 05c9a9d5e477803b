/** A browser that lets nothing be kept may also just not answer. */
const PATIENCE = 10_000;

/** Opens a database, or rejects: for good or for now nothing can be kept in it. `closed`: it has to be opened again. */
export function openDatabase(
    name: string,
    create: (database: IDBDatabase) => void,
    closed: () => void,
): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
        const request = indexedDB.open(name, 1);
        let late = false;
        const timer = setTimeout(() => {
            late = true;
            reject(new Error('The database does not answer.'));
        }, PATIENCE);
        request.onupgradeneeded = () => create(request.result);
        request.onerror = () => {
            clearTimeout(timer);
            reject(request.error ?? new Error('The database cannot be opened.'));
        };
        request.onsuccess = () => {
            clearTimeout(timer);
            const database = request.result;
            if (late) return database.close();
            database.onversionchange = () => {
                database.close();
                closed();
            };
            database.onclose = closed;
            resolve(database);
        };
    });
}
