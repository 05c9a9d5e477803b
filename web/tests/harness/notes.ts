import type { Page } from 'playwright-core';
import type { Profile } from './profile.js';
import { until } from './wait.js';

/** A notification on the screen. */
export interface ShownNote {
    readonly title: string;
    readonly body: string;
}

/** All notifications that this browser shows. */
export const notes = (page: Page): Promise<ShownNote[]> =>
    page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        return ((await registration?.getNotifications()) ?? []).map(({ title, body }) => ({ title, body }));
    });

/** Waits until exactly these are shown. */
export async function showsNotes(page: Page, expected: readonly ShownNote[]): Promise<void> {
    const sorted = (all: readonly ShownNote[]) => JSON.stringify(all.map((n) => `${n.title}: ${n.body}`).sort());
    await until(
        `the notifications ${JSON.stringify(expected)}`,
        async () => sorted(await notes(page)) === sorted(expected),
        {
            seen: () => notes(page),
        },
    );
}

declare const registration: ServiceWorkerRegistration;

/** From now on every notification is noted that this browser is told to show, also those that another takes the place of. */
export async function recordNotes(profile: Profile): Promise<() => Promise<string[]>> {
    const worker = await until('a service worker', () => profile.context.serviceWorkers()[0]);
    await worker.evaluate(() => {
        const all: string[] = [];
        const show = registration.showNotification.bind(registration);
        registration.showNotification = (title, options) => {
            all.push(`${title}: ${options?.body ?? ''}`);
            return show(title, options);
        };
        (globalThis as { allNotes?: string[] }).allNotes = all;
    });
    return () => worker.evaluate(() => (globalThis as { allNotes?: string[] }).allNotes ?? []);
}

/** Clicks at the only notification: there is no other hand for that without a desktop. */
export async function clickNote(profile: Profile): Promise<void> {
    const worker = await until('a service worker', () => profile.context.serviceWorkers()[0]);
    await worker.evaluate(async () => {
        const [notification, ...others] = await registration.getNotifications();
        if (notification === undefined || others.length > 0) {
            throw new Error(`${others.length + 1} notifications cannot be clicked`);
        }

        const type = (globalThis as unknown as { NotificationEvent: new (name: string, of: object) => Event })
            .NotificationEvent;
        const event = new type('notificationclick', { notification });
        // Only an event of the browser's own may be prolonged.
        Object.defineProperty(event, 'waitUntil', {
            value: (work: Promise<unknown>) => {
                work.catch(() => undefined);
            },
        });
        dispatchEvent(event);
    });
}
