import { expect } from 'vitest';
import type { LogItem } from '../src/api.js';
import type { ContractRun, Step } from './contractRun.js';

/** What is to be seen: each throws as long as it is not so. */
export const expectations: Readonly<Record<string, (run: ContractRun, step: Step) => Promise<void>>> = {
    texts: async (run, step) => {
        expect(textsOf((await run.view(step)).current.items)).toEqual(step.are);
    },
    told: async (run, step) => {
        const { id } = await run.room(step);
        const told = run.actor(step.who).told.filter(({ conversation }) => conversation === id);
        expect(told.map(({ text }) => text)).toEqual(step.are);
    },
    skipped: async (run, step) => {
        expect(
            (await run.view(step)).current.items.flatMap((item) =>
                item.type === 'skipped' ? [[item.from, item.to]] : [],
            ),
        ).toEqual(step.are);
    },
    history: async (run, step) => {
        const items: LogItem[] = [];
        for await (const page of (await run.room(step)).history({ after: 0, limit: 3 })) items.push(...page);
        expect(textsOf(items)).toEqual(step.are);
    },
    sent: async (run, step) => {
        expect(
            run
                .actor(step.who)
                .sends.get(step.in)
                ?.map((answer) => answer?.seq ?? 0),
        ).toEqual(step.are);
    },
    idle: async (run, step) => {
        expect(await run.actor(step.who).client.outgoing()).toEqual([]);
    },
    listed: async (run, step) => {
        expect((await run.item(step)) !== undefined).toBe(step.is);
    },
    unread: async (run, step) => {
        expect((await run.item(step))?.unread).toBe(step.is);
    },
    request: async (run, step) => {
        expect((await run.item(step))?.request).toBe(step.is);
    },
    online: async (run, step) => {
        expect((await run.item(step))?.presence?.online ?? false).toBe(step.is);
    },
    place: async (run, step) => {
        const place = (await run.view(step)).current.others.find(({ user }) => user === run.actor(step.of).id);
        const { delivered, read } = step;
        expect(place ?? { delivered: 0, read: 0 }).toMatchObject({
            ...(delivered === undefined ? {} : { delivered }),
            ...(read === undefined ? {} : { read }),
        });
    },
    typing: async (run, step) => {
        expect((await run.view(step)).current.typing).toEqual(run.idsOf(step.users));
    },
    invites: async (run, step) => {
        expect((await run.actor(step.who).client.invites()).map((invite) => invite.title)).toEqual(step.are);
    },
    state: async (run, step) => {
        expect(run.actor(step.who).client.state.state).toBe(step.is);
    },
    error: async (run, step) => {
        expect(run.actor(step.who).client.state.error?.word).toBe(step.is);
    },
    breaks: async (run, step) => {
        expect(run.actor(step.who).breaks).toBe(step.is);
    },
    outlived: async (run, step) => {
        expect(Date.now() - run.actor(step.who).firstEnd).toBeGreaterThanOrEqual(1000);
    },
    refused_tokens: async (run, step) => {
        expect(run.actor(step.who).refusals).toBeGreaterThanOrEqual(step.least);
    },
};

function textsOf(items: readonly LogItem[]): string[] {
    return items.flatMap((item) => (item.type === 'entry' && item.kind === 'message' ? [item.text] : []));
}
