import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium as driver, type Page } from 'playwright-core';
import { chromium, chromiumFlags } from './machine.js';
import { Profile } from './profile.js';
import { until, within } from './wait.js';

/** Inside a service worker. */
declare const clients: {
    matchAll(of: {
        type: 'window';
        includeUncontrolled: boolean;
    }): Promise<{ visibilityState: DocumentVisibilityState }[]>;
};

/**
 * A process of Chromium as people run it: only one tab of it is seen, the others are hidden and can be frozen. Playwright's own
 * profiles keep every tab in front and awake.
 */
export class TrueBrowser {
    private constructor(
        private readonly process: ChildProcess,
        private readonly folder: string,
        private readonly browser: Browser,
        readonly profile: Profile,
    ) {}

    static async start(certificateKey: string, url: string, name: string): Promise<TrueBrowser> {
        const folder = mkdtempSync(join(tmpdir(), 'connect-web-chromium-'));
        const child = spawn(
            chromium,
            [
                ...chromiumFlags(certificateKey),
                '--headless',
                '--remote-debugging-port=0',
                `--user-data-dir=${folder}`,
                '--no-default-browser-check',
                '--password-store=basic',
                '--lang=en-GB',
                '--window-size=1100,760',
                'about:blank',
            ],
            { stdio: ['ignore', 'ignore', 'pipe'] },
        );
        try {
            const address = new Promise<string>((found, refuse) => {
                let said = '';
                child.stderr.on('data', (bytes: Buffer) => {
                    said = (said + bytes.toString()).slice(-8000);
                    const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
                    if (address !== undefined) {
                        found(address);
                    }
                });
                child.once('exit', (code) => {
                    refuse(new Error(`Chromium ended with ${code}: ${said}`));
                });
                child.once('error', refuse);
            });
            const browser = await driver.connectOverCDP(await within(30_000, "Chromium's address", address), {
                noDefaults: true,
            });
            const [context] = browser.contexts();
            if (context === undefined) {
                throw new Error('Chromium has no profile.');
            }

            await context.grantPermissions(['notifications']);
            return new TrueBrowser(child, folder, browser, await Profile.of(context, url, name));
        } catch (error) {
            await end(child, folder);
            throw error;
        }
    }

    /** Brings an empty tab to the front: nobody sees the app any more. */
    async lookAway(): Promise<void> {
        const [blank] = this.profile.pages;
        await blank?.bringToFront();
        for (const page of this.profile.pages.slice(1)) {
            await until('a hidden tab', () => page.evaluate(() => document.visibilityState === 'hidden'));
        }

        // Workers are told a moment after the tabs.
        for (const worker of this.profile.context.serviceWorkers()) {
            await until('a worker that knows that no tab is seen', () =>
                worker.evaluate(async () => {
                    const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
                    return windows.every((each) => each.visibilityState === 'hidden');
                }),
            );
        }
    }

    /** Brings a tab to the front. */
    async lookAt(page: Page): Promise<void> {
        await page.bringToFront();
        await until('a tab that is seen', () => page.evaluate(() => document.visibilityState === 'visible'));
    }

    /** The page stands still: no timer, no message, no event, until `thaw`. It must be hidden. */
    async freeze(page: Page): Promise<{ thaw(): Promise<void> }> {
        const session = await this.profile.context.newCDPSession(page);
        await session.send('Page.setWebLifecycleState', { state: 'frozen' });
        return {
            thaw: async () => {
                await session.send('Page.setWebLifecycleState', { state: 'active' });
            },
        };
    }

    async close(): Promise<void> {
        await this.browser.close();
        await end(this.process, this.folder);
    }
}

async function end(child: ChildProcess, folder: string): Promise<void> {
    const ended = new Promise<void>((done) => {
        if (child.exitCode !== null || child.signalCode !== null) {
            done();
        } else {
            child.once('exit', () => {
                done();
            });
        }
    });
    child.kill('SIGTERM');
    await within(10_000, 'the end of Chromium', ended).catch(() => {
        child.kill('SIGKILL');
        return ended;
    });
    // Its helpers end a moment later, and write to the last.
    await until('an empty place where the profile was', () => {
        rmSync(folder, { recursive: true, force: true });
        return true;
    });
}
