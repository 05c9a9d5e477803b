import type { Locator, Page } from 'playwright-core';
import { delay, until } from './wait.js';

/** A message on screen. */
export interface Row {
    readonly text: string;
    /** What the tick says; empty for what others wrote. */
    readonly tick: string;
}

/** The open conversation. */
export class ChatPart {
    constructor(private readonly page: Page) {}

    get log(): Locator {
        return this.page.getByRole('log');
    }

    get composer(): Locator {
        return this.page.getByRole('textbox', { name: /^Message to / });
    }

    /** Names the conversation, and says who is there. */
    get header(): Locator {
        return this.page.getByRole('main').locator('section.chat > header');
    }

    /** Writes as fast as somebody who pastes: the field is filled at once. */
    async write(text: string): Promise<void> {
        await this.composer.fill(text);
        await this.composer.press('Enter');
    }

    /** Writes it and waits until the server has it. */
    async send(text: string): Promise<void> {
        await this.write(text);
        await this.tick(text, /^(Sent|Delivered|Read)/);
    }

    /** What is mounted, top to bottom. */
    rows(): Promise<Row[]> {
        return this.log.locator('article').evaluateAll((articles) =>
            articles.map((article) => ({
                text: article.querySelector('p[dir=auto]')?.textContent ?? '',
                tick: article.querySelector('[data-tick]')?.textContent?.trim() ?? '',
            })),
        );
    }

    async texts(): Promise<string[]> {
        return (await this.rows()).map((row) => row.text);
    }

    async shows(text: string, within = 10_000): Promise<void> {
        await until(`a message "${text.slice(0, 80)}"`, async () => (await this.texts()).includes(text), {
            within,
            seen: () => this.texts(),
        });
    }

    /** Lines about members and titles. */
    async showsLine(words: string | RegExp): Promise<void> {
        await this.log.getByText(words).first().waitFor();
    }

    async tick(text: string, state: RegExp, within = 10_000): Promise<void> {
        await until(
            `the tick ${state} at "${text.slice(0, 80)}"`,
            async () => (await this.rows()).some((row) => row.text === text && state.test(row.tick)),
            { within, seen: async () => (await this.rows()).slice(-5) },
        );
    }

    /** Nothing is on its way any more. */
    async noneWaits(): Promise<void> {
        await until(
            'a conversation in which nothing waits',
            async () => !(await this.rows()).some((row) => /^(Waiting|Sending|Not|May not)/.test(row.tick)),
            { within: 40_000, seen: () => this.rows() },
        );
    }

    async peerIs(place: 'online' | 'away', within: number): Promise<void> {
        await until(
            `the words of one who is ${place}`,
            async () => /online|typing/.test(await this.header.innerText()) === (place === 'online'),
            { within, every: 10, seen: () => this.header.innerText() },
        );
    }

    async someoneTypes(name: string, within: number): Promise<void> {
        await this.page.getByRole('main').getByText(`${name} is typing…`).first().waitFor({ timeout: within });
    }

    async nobodyTypes(): Promise<void> {
        await until('a header without typing', async () => !/typing/.test(await this.header.innerText()));
    }

    /** How many rows of the list are in the document. */
    mounted(): Promise<number> {
        return this.log.locator('[data-row]').count();
    }

    /** Goes to the end. */
    async jumpToNewest(): Promise<void> {
        const jump = this.page.getByRole('button', { name: /^Jump to the newest message/ });
        await until('the end of the conversation', async () => {
            if ((await jump.count()) > 0) {
                await jump.click({ timeout: 1000 });
                return false;
            }

            return (await this.mounted()) > 0;
        });
    }

    /** Scrolls up until the first message is there; `look` is called at each step. */
    async scrollToFirst(first: string, look: () => Promise<void> = () => Promise.resolve()): Promise<void> {
        await until(
            `the first message "${first.slice(0, 80)}"`,
            async () => {
                await look();
                const texts = await this.texts();
                if (texts[0] === first || (texts.includes(first) && (await this.#scroll(0)) === 0)) {
                    return true;
                }

                await this.#scroll(Number.NEGATIVE_INFINITY);
                return false;
            },
            { within: 60_000, every: 20, seen: () => this.texts() },
        );
    }

    /** All messages of the conversation, in order: from the first to the newest, since only some are mounted. */
    async all(): Promise<string[]> {
        await this.log.waitFor();
        let still = 0;
        await until(
            'the beginning of the conversation, standing still',
            async () => {
                const at = await this.#scroll(0);
                const there = at === 0 && (await this.log.locator('[data-row=begin]').count()) > 0;
                await this.#scroll(Number.NEGATIVE_INFINITY);
                still = there ? still + 1 : 0;
                return still === 5;
            },
            { within: 30_000, every: 50, seen: () => this.texts() },
        );
        // From the top down each row is met in its order. A row is told by its key: the same text twice is two messages, while
        // its place may still move when the heights of others become known.
        const all = new Map<string, string>();
        for (let last = -1; ;) {
            await delay(60);
            const here = new Map<string, number>();
            for (const { key, text } of await this.#rows()) {
                // Two rows of one key at once are two rows on the screen.
                const times = (here.get(key) ?? 0) + 1;
                here.set(key, times);
                all.set(`${key} ${times}`, text);
            }

            const at = await this.#scroll(300);
            if (at === last) {
                break;
            }

            last = at;
        }

        return [...all.values()];
    }

    #rows(): Promise<{ key: string; text: string }[]> {
        return this.log.evaluate((log) =>
            [...log.querySelectorAll('article')]
                .map((article) => ({
                    top: article.getBoundingClientRect().top,
                    key: article.closest<HTMLElement>('[data-key]')?.dataset['key'] ?? '',
                    text: article.querySelector('p[dir=auto]')?.textContent ?? '',
                }))
                .sort((one, other) => one.top - other.top),
        );
    }

    /** Scrolls by so much and answers the place. */
    #scroll(by: number): Promise<number> {
        return this.log.evaluate(
            (log, step) => {
                log.scrollTop = step === null ? 0 : log.scrollTop + step;
                return log.scrollTop;
            },
            Number.isFinite(by) ? by : null,
        );
    }
}
