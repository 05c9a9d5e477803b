/** The notifications of the service worker. */

declare const self: ServiceWorkerGlobalScope;

interface Place {
    readonly url: string;
    readonly conversation: string;
    readonly seq: number;
}

interface Note extends Place {
    readonly title: string;
    readonly body: string;
    readonly tag: string;
}

/** What a page may ask for. */
export type Wish =
    | { readonly type: 'note'; readonly note: Note }
    | { readonly type: 'read'; readonly conversation: string; readonly upTo: number }
    | { readonly type: 'clear' };

/** The newest message shown of each conversation since this worker woke up. */
const told = new Map<string, number>();
let last: Promise<void> = Promise.resolve();

const placeOf = (shown: Notification): Place => shown.data as Place;

/** One after the other: what was cleared does not come up again behind it. */
export function inTurn(wish: Wish): Promise<void> {
    last = last.then(() => carryOut(wish)).catch(() => undefined);
    return last;
}

function carryOut(wish: Wish): Promise<void> {
    switch (wish.type) {
        case 'note':
            return show(wish.note);
        case 'read':
            return close((place) => place.conversation === wish.conversation && place.seq <= wish.upTo);
        case 'clear':
            return close(() => true);
        default:
            // Of a page of another version.
            return Promise.resolve();
    }
}

async function close(which: (place: Place) => boolean): Promise<void> {
    const all = await self.registration.getNotifications();
    all.filter((each) => which(placeOf(each))).forEach((each) => each.close());
}

/** Every tab asks for the same: it is shown once, and not while one of them is seen. */
async function show({ title, body, tag, ...place }: Note): Promise<void> {
    const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    if (windows.some((client) => client.visibilityState === 'visible')) return;
    const before = await self.registration.getNotifications({ tag });
    const newest = Math.max(told.get(place.conversation) ?? 0, ...before.map((each) => placeOf(each).seq));
    if (place.seq <= newest) return;
    told.set(place.conversation, place.seq);
    // In place of the one before, and with its sound.
    const options: NotificationOptions & { renotify: boolean } = {
        body,
        tag,
        icon: '/icon-192.png',
        data: place,
        renotify: true,
    };
    await self.registration.showNotification(title, options);
}

/** It was clicked. */
export async function open(shown: Notification): Promise<void> {
    shown.close();
    const { url, conversation } = placeOf(shown);
    const windows = await self.clients.matchAll({ type: 'window' });
    const first = windows[0];
    if (!first) return void (await self.clients.openWindow(url));
    first.postMessage({ type: 'open', conversation });
    await first.focus();
}
