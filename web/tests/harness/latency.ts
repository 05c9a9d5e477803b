import type { Page } from 'playwright-core';

declare global {
    // Text of a row, and when it was painted, by performance.timeOrigin + performance.now().
    var painted: Record<string, number>;
}

/** From now on the page notes when a row whose text begins so was painted for the first time. */
export async function measurePaints(page: Page, prefix: string): Promise<void> {
    await page.evaluate((start) => {
        globalThis.painted = {};
        const fresh = new Set<string>();
        const log = document.querySelector('[role=log]');
        if (log === null) {
            throw new Error('no conversation is open');
        }

        new MutationObserver(() => {
            for (const element of log.querySelectorAll('article p[dir=auto]')) {
                const text = element.textContent ?? '';
                if (text.startsWith(start) && globalThis.painted[text] === undefined && !fresh.has(text)) {
                    fresh.add(text);
                    // A frame is drawn after its callbacks; a task of after that is later than the drawing.
                    requestAnimationFrame(() => {
                        const { port1, port2 } = new MessageChannel();
                        port1.onmessage = () => {
                            globalThis.painted[text] = performance.timeOrigin + performance.now();
                        };
                        port2.postMessage(undefined);
                    });
                }
            }
        }).observe(log, { childList: true, subtree: true, characterData: true });
    }, prefix);
}

/**
 * Writes so many messages at an even pace that waits for nothing, each by the composer and a click on the button; answers when
 * each click was.
 */
export function measureClicks(
    page: Page,
    prefix: string,
    count: number,
    aSecond: number,
): Promise<Record<string, number>> {
    return page.evaluate(
        async ([start, messages, rate]) => {
            const composer = document.querySelector<HTMLTextAreaElement>('main textarea');
            if (composer === null) {
                throw new Error('there is no composer');
            }

            const clicks: Record<string, number> = {};
            const begin = performance.now();
            for (let n = 1; n <= messages; n++) {
                const due = begin + (n * 1000) / rate;
                await new Promise((done) => setTimeout(done, Math.max(0, due - performance.now())));
                const text = `${start}${n}`;
                composer.value = text;
                composer.dispatchEvent(new InputEvent('input', { bubbles: true }));
                await new Promise((done) => {
                    queueMicrotask(() => {
                        done(undefined);
                    });
                });
                const button = composer.closest('form')?.querySelector<HTMLButtonElement>('button[type=submit]');
                if (button === null || button === undefined) {
                    throw new Error('there is no button to send');
                }

                clicks[text] = performance.timeOrigin + performance.now();
                button.click();
            }

            return clicks;
        },
        [prefix, count, aSecond] as const,
    );
}
