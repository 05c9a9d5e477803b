import type { Note } from './notify.js';

/** A notification that is shown, as the worker keeps it. */
export interface Shown {
    readonly conversation: string;
    readonly seq: number;
}

/** Shown by the page itself, where there is no worker. */
const ofPage = new Map<string, { note: Note; shown: Notification }>();

async function worker(): Promise<ServiceWorkerRegistration | undefined> {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    return workers?.getRegistration().catch(() => undefined);
}

/** Shows a notification through the worker, which knows whether another tab is seen; without one by the page itself. */
export async function showNote(note: Note, url: string, open: () => void): Promise<void> {
    const active = (await worker())?.active;
    if (active) return active.postMessage({ type: 'note', note: { ...note, url } });
    try {
        const shown = new Notification(note.title, { body: note.body, tag: note.tag, icon: '/icon-192.png' });
        ofPage.set(note.conversation, { note, shown });
        shown.onclick = () => {
            window.focus();
            shown.close();
            open();
        };
    } catch {
        // Some phones show notifications by a worker alone.
    }
}

/** What this browser shows, from whatever tab and time. */
export async function shownNotes(): Promise<readonly Shown[]> {
    const shown = (await (await worker())?.getNotifications().catch(() => undefined)) ?? [];
    return shown.map((each) => each.data as Shown | null).filter((data): data is Shown => data?.seq !== undefined);
}

/** The conversation was read up to here, on whatever device: what is shown of that is no news any more. */
export async function noteRead(conversation: string, upTo: number): Promise<void> {
    const own = ofPage.get(conversation);
    if (own && own.note.seq <= upTo) own.shown.close();
    (await worker())?.active?.postMessage({ type: 'read', conversation, upTo });
}

/** The login is over: nothing of it stays on the screen. */
export async function clearNotes(): Promise<void> {
    for (const { shown } of ofPage.values()) shown.close();
    ofPage.clear();
    (await worker())?.active?.postMessage({ type: 'clear' });
}

/** The conversation whose notification was clicked, from the worker. */
export function onOpen(open: (conversation: string) => void): () => void {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (!workers) return () => undefined;
    const listen = (event: MessageEvent<unknown>) => {
        const data = event.data;
        if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== 'open') return;
        if ('conversation' in data && typeof data.conversation === 'string') open(data.conversation);
    };
    workers.addEventListener('message', listen);
    return () => workers.removeEventListener('message', listen);
}
