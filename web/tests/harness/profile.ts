import type { Browser, BrowserContext, BrowserContextOptions, Page, WebSocket } from 'playwright-core';

/** What Chromium itself writes on the console when a connection fails; a test that breaks connections says so. */
export const brokenConnections = /net::ERR_|WebSocket connection to .* failed|WebSocket is closed/;

/** What Chromium writes when an answer is no success; a test that provokes one says so. */
export const answered = (status: number): RegExp => new RegExp(`responded with a status of ${status}`);

/** A browser profile: storage of its own, pages that share it. What goes wrong in any of them is collected. */
export class Profile {
    readonly problems: string[] = [];
    readonly #allowed: RegExp[] = [];
    readonly #sockets = new Map<Page, Set<WebSocket>>();

    private constructor(
        readonly name: string,
        readonly context: BrowserContext,
        private readonly url: string,
    ) {}

    static async open(browser: Browser, url: string, name: string, options: BrowserContextOptions): Promise<Profile> {
        const context = await browser.newContext({
            viewport: { width: 1100, height: 760 },
            locale: 'en-GB',
            reducedMotion: 'reduce',
            ...options,
        });
        return Profile.of(context, url, name);
    }

    /** A profile that there is already. */
    static async of(context: BrowserContext, url: string, name: string): Promise<Profile> {
        context.setDefaultTimeout(10_000);
        const profile = new Profile(name, context, url);
        context.on('page', (page) => {
            profile.#watch(page);
        });
        context.on('weberror', (error) => {
            profile.#problem(String(error.error().stack ?? error.error()));
        });
        // Said on the console, too, but not by every kind of violation.
        await context.addInitScript(() => {
            document.addEventListener('securitypolicyviolation', (event) => {
                console.error(`policy violated: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`);
            });
        });
        return profile;
    }

    /** From now on such messages are no problem. */
    allow(...patterns: readonly RegExp[]): void {
        this.#allowed.push(...patterns);
    }

    /** A new tab, at the app. */
    async newPage(path = '/'): Promise<Page> {
        const page = await this.context.newPage();
        await page.goto(this.url + path);
        return page;
    }

    get pages(): Page[] {
        return this.context.pages();
    }

    /** WebSockets that are open, in all tabs or in one. */
    openSockets(page?: Page): number {
        const sets = page === undefined ? [...this.#sockets.values()] : [this.#sockets.get(page) ?? new Set()];
        return sets.reduce((sum, set) => sum + set.size, 0);
    }

    close(): Promise<void> {
        return this.context.close();
    }

    #watch(page: Page): void {
        const open = new Set<WebSocket>();
        this.#sockets.set(page, open);
        page.on('close', () => {
            this.#sockets.delete(page);
        });
        page.on('websocket', (socket) => {
            open.add(socket);
            socket.on('close', () => {
                open.delete(socket);
            });
        });
        page.on('console', (message) => {
            if (message.type() === 'error') {
                this.#problem(`${message.text()} (${message.location().url})`);
            }
        });
        page.on('crash', () => {
            this.#problem('the page crashed');
        });
    }

    #problem(text: string): void {
        if (!this.#allowed.some((pattern) => pattern.test(text))) {
            this.problems.push(`${this.name}: ${text}`);
        }
    }
}
