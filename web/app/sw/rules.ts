/**
 * What the service worker does with a request; pure, so that it can be tested. `page`: an address of the app, the cached start page
 * when there is no network. `asset`: a file of this build or the one before, from the cache. `network`: not our business, above all what the server
 * answers to programs: it is never cached.
 */
export type Way = 'page' | 'asset' | 'network';

const servers = ['/v1', '/openapi', '/docs', '/healthz', '/metrics', '/sw.js'];

export function wayOf(
    request: { method: string; mode: string; url: string },
    origin: string,
    files: ReadonlySet<string>,
): Way {
    const url = new URL(request.url);
    if (request.method !== 'GET' || url.origin !== origin) return 'network';
    const path = url.pathname;
    if (servers.some((server) => path === server || path.startsWith(`${server}/`) || path.startsWith(`${server}.`)))
        return 'network';
    if (request.mode === 'navigate') return 'page';
    // An open page of the version before loads parts of itself that are in the cache alone.
    return files.has(path) || path.startsWith('/assets/') ? 'asset' : 'network';
}

export const cachePrefix = 'connect-files-';

/**
 * The caches to remove when `current` takes over, from all, oldest first: all of ours but the current one and the one before it. An
 * open page of the version before may still load a part of itself that the server no longer has.
 */
export function outdated(all: readonly string[], current: string): readonly string[] {
    const others = all.filter((name) => name.startsWith(cachePrefix) && name !== current);
    return others.slice(0, -1);
}

/** The server answered, but for a page it is as good as down. */
export function isDown(status: number): boolean {
    return status === 502 || status === 503 || status === 504;
}
