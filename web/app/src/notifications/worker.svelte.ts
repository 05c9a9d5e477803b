import type { Note } from '../panels/logic/notify.js';

declare global {
    interface Window {
        trustedTypes?: {
            createPolicy(
                name: string,
                rules: { createScriptURL: (url: string) => string },
            ): { createScriptURL(url: string): string };
        };
    }
}

const address = '/sw.js';
const hourMs = 60 * 60 * 1000;

class Update {
    /** A newer version has taken over the files: the next load shows it. */
    ready = $state(false);
}

export const update = new Update();

/** Where the policy of the page asks for it, the one address that may be a script is vouched for. */
function trusted(url: string): string {
    const policy = window.trustedTypes?.createPolicy('connect', {
        createScriptURL: (asked) => {
            if (asked !== address) throw new TypeError('not an address of this app');
            return asked;
        },
    });
    return policy ? policy.createScriptURL(url) : url;
}

/** Installs the service worker; without one (an old browser, a certificate nobody trusts) the app does without. */
export async function registerWorker(): Promise<void> {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (!import.meta.env.PROD || !workers) return;
    let controlled = workers.controller !== null;
    workers.addEventListener('controllerchange', () => {
        if (controlled) update.ready = true;
        controlled = true;
    });
    try {
        const registration = await workers.register(trusted(address), { updateViaCache: 'none' });
        let checked = Date.now();
        document.addEventListener('visibilitychange', () => {
            if (document.visibilityState !== 'visible' || Date.now() - checked < hourMs) return;
            checked = Date.now();
            void registration.update().catch(() => undefined);
        });
    } catch {
        // Nothing is lost but starting without a network.
    }
}

/** Shows a notification through the worker, which knows whether another tab is seen; without one by the page itself. */
export async function showNote(note: Note, url: string, open: () => void): Promise<void> {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    const active = (await workers?.getRegistration().catch(() => undefined))?.active;
    if (active) return active.postMessage({ type: 'note', note: { ...note, url } });
    try {
        const shown = new Notification(note.title, { body: note.body, tag: note.tag, icon: '/icon-192.png' });
        shown.onclick = () => {
            window.focus();
            shown.close();
            open();
        };
    } catch {
        // Some phones show notifications by a worker alone.
    }
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
