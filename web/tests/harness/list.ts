import type { Locator, Page } from 'playwright-core';

/** The list of conversations. */
export class ListPart {
    constructor(private readonly page: Page) {}

    get list(): Locator {
        return this.page.getByRole('navigation', { name: 'Conversations' });
    }

    /** The row of a conversation by the title that is shown. */
    row(title: string): Locator {
        return this.list.getByRole('listitem').filter({ hasText: title });
    }

    async open(title: string): Promise<void> {
        await this.row(title).getByRole('link').click();
        await this.page.getByRole('log').waitFor();
    }

    /** Shows the message requests, which are folded in. */
    async unfoldRequests(): Promise<void> {
        const button = this.list.getByRole('button', { name: /^Message requests/ });
        if ((await button.getAttribute('aria-expanded')) !== 'true') {
            await button.click();
        }
    }

    /** What the badge says; empty without one. */
    async unread(title: string): Promise<string> {
        const words = await this.row(title).first().innerText();
        return /(.*) unread/.exec(words)?.[1]?.trim() ?? '';
    }
}
