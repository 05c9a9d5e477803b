import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Found {
    readonly violations: {
        readonly id: string;
        readonly help: string;
        readonly nodes: { readonly html: string; readonly failureSummary?: string }[];
    }[];
    readonly passes: readonly unknown[];
}

declare const axe: { run(of: Document, options: unknown): Promise<Found> };

/** What WCAG 2.2 AA finds wrong with the page, in words; and how many rules had something to look at. */
export async function violations(page: Page): Promise<{ faults: string[]; passes: number }> {
    if (!(await page.evaluate(() => 'axe' in globalThis))) {
        await page.evaluate(source);
    }

    const found = await page.evaluate(() =>
        axe.run(document, {
            runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
            resultTypes: ['violations', 'passes'],
        }),
    );
    return {
        faults: found.violations.flatMap((v) =>
            v.nodes.map((n) => `${v.id}: ${v.help}: ${n.html.slice(0, 200)} ${n.failureSummary ?? ''}`),
        ),
        passes: found.passes.length,
    };
}

/** What is wider than the window, or lies where nobody can see it; empty when all is well. */
export async function lostControls(page: Page): Promise<string[]> {
    return page.evaluate(() => {
        const faults: string[] = [];
        const root = document.documentElement;
        if (root.scrollWidth > innerWidth) {
            faults.push(`the page is ${root.scrollWidth} px wide, the window ${innerWidth}`);
        }

        for (const element of document.querySelectorAll<HTMLElement>('a, button, input, textarea, select')) {
            const box = element.getBoundingClientRect();
            const style = getComputedStyle(element);
            const hidden =
                box.width < 2 || style.visibility === 'hidden' || element.closest('[hidden], [inert]') !== null;
            if (!hidden && (box.right > innerWidth + 1 || box.left < -1)) {
                const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
                faults.push(`${element.tagName} "${name.trim().slice(0, 40)}" from ${box.left} to ${box.right} px`);
            }

            const part = element.closest('nav, main')?.getBoundingClientRect();
            if (!hidden && part !== undefined && (box.right > part.right + 1 || box.left < part.left - 1)) {
                faults.push(`${element.tagName} up to ${box.right} px, in a part that ends at ${part.right} px`);
            }
        }

        return faults;
    });
}
