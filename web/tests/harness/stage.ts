import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { inject, test } from 'vitest';
import { App } from './app.js';
import { keyOf } from './launch.js';
import { keptFolder } from './machine.js';
import { Person, newName } from './people.js';
import { Profile } from './profile.js';
import { Relay } from './relay.js';
import { Server, type ServerSettings } from './server.js';
import type { Place } from './http.js';
import { TrueBrowser } from './trueBrowser.js';

let shared: Promise<Browser> | undefined;

/** What a test plays on: a server, people, browser profiles. All of it ends with the test. */
export class Stage {
    readonly #profiles: Profile[] = [];
    readonly #servers: Server[] = [];
    readonly #people: Person[] = [];
    readonly #relays: Relay[] = [];
    readonly #browsers: TrueBrowser[] = [];

    private constructor(
        readonly browser: Browser,
        private readonly sharedPlace: Place,
    ) {}

    static async open(): Promise<Stage> {
        shared ??= chromium.connect(inject('browser'));
        const certificate = readFileSync(join(inject('certificates'), 'cert.pem'), 'utf8');
        return new Stage(await shared, { url: inject('sharedUrl'), certificate });
    }

    /** The server of this test alone when it started one, else the shared one. */
    get place(): Place {
        return this.#servers.at(-1) ?? this.sharedPlace;
    }

    /** A server of this test alone, to be killed, stopped and given settings. */
    async ownServer(settings: ServerSettings = {}): Promise<Server> {
        const server = await Server.start({ certificates: inject('certificates'), ...settings });
        this.#servers.push(server);
        return server;
    }

    /** A user, made over HTTP. */
    async person(word: string): Promise<Person> {
        const person = await Person.register(this.place, newName(word));
        this.#people.push(person);
        return person;
    }

    async people<const T extends readonly string[]>(...words: T): Promise<{ [K in keyof T]: Person }> {
        const people: Person[] = [];
        for (const word of words) {
            people.push(await this.person(word));
        }

        return people as { [K in keyof T]: Person };
    }

    /** A network of its own, for a profile that is to lose it. */
    async relay(): Promise<Relay> {
        const relay = await Relay.to(this.place.url);
        this.#relays.push(relay);
        return relay;
    }

    async profile(name: string, options: BrowserContextOptions = {}, url = this.place.url): Promise<Profile> {
        const profile = await Profile.open(this.browser, url, name, options);
        this.#profiles.push(profile);
        return profile;
    }

    /** A browser of its own whose tabs hide each other, for a profile that may show notifications. */
    async trueBrowser(name: string): Promise<TrueBrowser> {
        const browser = await TrueBrowser.start(keyOf(this.place.certificate), this.place.url, name);
        this.#browsers.push(browser);
        this.#profiles.push(browser.profile);
        return browser;
    }

    /** A profile with one tab at the app, logged in as somebody. */
    async loggedIn(person: Person, options: BrowserContextOptions = {}, url = this.place.url): Promise<App> {
        const profile = await this.profile(person.name, options, url);
        const app = new App(profile, await profile.newPage());
        await app.logIn(person.name);
        return app;
    }

    /** What no page of any profile may have had. */
    checkQuiet(): void {
        const problems = this.#profiles.flatMap((p) => p.problems);
        if (problems.length > 0) {
            throw new Error(`Pages report errors:\n${problems.join('\n')}`);
        }
    }

    /** Keeps what is on screen, and the logs. */
    async keep(name: string): Promise<void> {
        const folder = join(keptFolder, name.replaceAll(/[^a-zA-Z0-9]+/g, '-'));
        mkdirSync(folder, { recursive: true });
        for (const profile of this.#profiles) {
            for (const [n, page] of profile.pages.entries()) {
                const file = join(folder, `${profile.name}-${n}`);
                await page.screenshot({ path: `${file}.png`, timeout: 5000 }).catch(() => undefined);
                const tree = page.locator('body').ariaSnapshot({ timeout: 5000 });
                writeFileSync(`${file}.txt`, await tree.catch((e: unknown) => String(e)));
            }
        }

        writeFileSync(join(folder, 'problems.txt'), this.#profiles.flatMap((p) => p.problems).join('\n'));
        for (const [n, file] of [inject('sharedLog'), ...this.#servers.map((s) => s.logFile)].entries()) {
            if (existsSync(file)) {
                copyFileSync(file, join(folder, `server-${n}.log`));
            }
        }
    }

    async close(): Promise<void> {
        for (const profile of this.#profiles) {
            await profile.close();
        }

        for (const browser of this.#browsers) {
            await browser.close();
        }

        for (const relay of this.#relays) {
            relay.close();
        }

        for (const person of this.#people) {
            person.close();
        }

        for (const server of this.#servers) {
            await server.dispose();
        }
    }
}

/** A test in the browser: fails, too, when any page reports an error. */
export function scene(name: string, act: (stage: Stage) => Promise<void>, timeout = 60_000): void {
    test(name, { timeout }, async () => {
        const stage = await Stage.open();
        try {
            await act(stage);
            stage.checkQuiet();
        } catch (error) {
            await stage.keep(name);
            throw error;
        } finally {
            await stage.close();
        }
    });
}
