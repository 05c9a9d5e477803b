/**
 * The service worker: the app starts without a network, and notifications are shown by it. It is built as /sw.js; the list of
 * files and the version in front of it are written by build/serviceWorker.ts.
 */
import { inTurn, open, type Wish } from './notes.js';
import { cachePrefix, isDown, outdated, wayOf } from './rules.js';

declare const self: ServiceWorkerGlobalScope;
declare const __FILES__: readonly string[];
declare const __VERSION__: string;

const cacheName = cachePrefix + __VERSION__;
const files = new Set(__FILES__);
const startPage = '/';
/** Longer a start page is not waited for when there is one in the cache. */
const patience = 3000;

/** A file with a hash in its name never changes: one of the version before is as good. */
async function take(cache: Cache, path: string): Promise<void> {
    const known = path.startsWith('/assets/') ? await caches.match(path) : undefined;
    if (known) return cache.put(path, known);
    const response = await fetch(path, { cache: 'no-cache' });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
    await cache.put(path, response);
}

async function install(): Promise<void> {
    const cache = await caches.open(cacheName);
    await Promise.all(__FILES__.map((path) => take(cache, path)));
    // Open pages keep their version, whose files stay in the cache; the next load gets this one.
    await self.skipWaiting();
}

async function activate(): Promise<void> {
    await Promise.all(outdated(await caches.keys(), cacheName).map((name) => caches.delete(name)));
    await self.clients.claim();
}

async function page(request: Request): Promise<Response> {
    const stored = await (await caches.open(cacheName)).match(startPage);
    if (!stored) return fetch(request);
    try {
        const response = await fetch(request, { signal: AbortSignal.timeout(patience) });
        return isDown(response.status) ? stored : response;
    } catch {
        return stored;
    }
}

async function asset(request: Request): Promise<Response> {
    return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
    const way = wayOf(event.request, self.location.origin, files);
    if (way === 'page') event.respondWith(page(event.request));
    else if (way === 'asset') event.respondWith(asset(event.request));
});
self.addEventListener('message', (event) => {
    event.waitUntil(inTurn(event.data as Wish));
});
self.addEventListener('notificationclick', (event) => {
    event.waitUntil(open(event.notification));
});
