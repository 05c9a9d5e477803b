import type { CDPSession, Page } from 'playwright-core';

/** What the network brought, in bytes as they came. */
export interface Transfer {
    readonly url: string;
    readonly type: string;
    readonly bytes: number;
    readonly encoding: string;
}

/** Counts what a page loads from now on. */
export async function countTransfers(page: Page): Promise<Transfer[]> {
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    const known = new Map<string, { url: string; type: string; encoding: string }>();
    const all: Transfer[] = [];
    session.on('Network.responseReceived', ({ requestId, response, type }) => {
        const headers = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]);
        const encoding = new Map(headers as [string, string][]).get('content-encoding') ?? '';
        known.set(requestId, { url: response.url, type, encoding });
    });
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        const request = known.get(requestId);
        if (request !== undefined) {
            all.push({ ...request, bytes: encodedDataLength });
        }
    });
    return all;
}

/** CPU time of the page's main thread, in milliseconds: it does not depend on what else the machine does. */
export interface Work {
    readonly script: number;
    readonly task: number;
    readonly layout: number;
}

export class WorkMeter {
    private constructor(private readonly session: CDPSession) {}

    static async of(page: Page): Promise<WorkMeter> {
        const session = await page.context().newCDPSession(page);
        await session.send('Performance.enable', { timeDomain: 'threadTicks' });
        return new WorkMeter(session);
    }

    async read(): Promise<Work> {
        const { metrics } = await this.session.send('Performance.getMetrics');
        const of = (name: string) => 1000 * (metrics.find((m) => m.name === name)?.value ?? Number.NaN);
        return { script: of('ScriptDuration'), task: of('TaskDuration'), layout: of('LayoutDuration') };
    }
}
