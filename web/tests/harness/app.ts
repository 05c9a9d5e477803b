import type { Locator, Page } from 'playwright-core';
import { ListPart } from './list.js';
import { password } from './people.js';
import type { Profile } from './profile.js';
import { ChatPart } from './chat.js';
import { until } from './wait.js';

/** The app in one tab, as somebody uses it: by roles and names. */
export class App {
    readonly list: ListPart;
    readonly chat: ChatPart;

    constructor(
        readonly profile: Profile,
        readonly page: Page,
    ) {
        this.list = new ListPart(page);
        this.chat = new ChatPart(page);
    }

    button(name: string | RegExp, within: Page | Locator = this.page): Locator {
        return within.getByRole('button', { name, exact: true });
    }

    dialog(name?: string | RegExp): Locator {
        return name === undefined ? this.page.getByRole('dialog') : this.page.getByRole('dialog', { name });
    }

    async signUp(name: string): Promise<void> {
        await this.button('New here? Create an account').click();
        await this.#enter(name, 'Sign up');
    }

    async logIn(name: string): Promise<void> {
        await this.#enter(name, 'Log in');
    }

    async #enter(name: string, action: string): Promise<void> {
        await this.page.getByLabel('Username').fill(name);
        await this.page.getByLabel('Password', { exact: true }).fill(password);
        await this.button(action).click();
        await this.inside();
    }

    /** Waits until the conversations are on screen. */
    async inside(): Promise<void> {
        await this.page.getByRole('navigation').first().waitFor();
    }

    /** Goes to an address inside the app. */
    async go(hash: string): Promise<void> {
        await this.page.evaluate((to) => {
            location.hash = to;
        }, hash);
    }

    async open(conversation: string): Promise<void> {
        await this.go(`/c/${conversation}`);
        await this.chat.log.waitFor();
    }

    async openDetails(conversation: string): Promise<void> {
        await this.go(`/c/${conversation}/details`);
    }

    /** Goes to the page where people are found. */
    async people(): Promise<void> {
        await this.page.getByRole('main').getByLabel('Username').waitFor();
    }

    /** Finds somebody by name and opens the conversation with them. */
    async writeTo(name: string): Promise<void> {
        await this.button('New message').first().click();
        await this.people();
        await this.page.getByRole('main').getByLabel('Username').fill(name);
        await this.button('Find').click();
        await this.button('Write a message').click();
        await this.chat.composer.waitFor();
    }

    async newGroup(title: string, members: readonly string[]): Promise<void> {
        await this.go('/groups/new');
        await this.page.getByLabel('Title').fill(title);
        for (const member of members) {
            await this.page.getByRole('checkbox', { name: member }).check();
        }

        await this.button('Create group').click();
        await this.chat.log.waitFor();
    }

    /** Opens what a stranger wrote and accepts it. */
    async acceptRequest(name: string): Promise<void> {
        await this.list.unfoldRequests();
        await this.list.open(name);
        await this.button('Accept').click();
    }

    /** The id of the conversation that is open. */
    currentConversation(): Promise<string> {
        return this.page.evaluate(() => decodeURIComponent(location.hash.split('/')[2] ?? ''));
    }

    async logOut(): Promise<void> {
        await this.page.getByRole('button', { name: /^Menu of/ }).click();
        await this.page.getByRole('menuitem', { name: 'Log out' }).click();
    }

    /** What the app says of its connection; empty when all is well. */
    async connection(): Promise<string> {
        return (await this.page.getByRole('status').allInnerTexts()).join(' ').trim();
    }

    async offlineShown(): Promise<void> {
        await until(
            'words about the lost connection',
            async () => /offline|reach the server|lost/i.test(await this.connection()),
            { seen: () => this.connection() },
        );
    }

    async live(): Promise<void> {
        await until(
            'a live connection',
            async () =>
                this.profile.openSockets() > 0 && !/offline|connect|lost|Catching/i.test(await this.connection()),
            { within: 40_000, seen: () => this.connection() },
        );
    }

    /** The words of a toast or an alert. */
    async says(words: string | RegExp): Promise<void> {
        await this.page.getByText(words).first().waitFor();
    }
}
