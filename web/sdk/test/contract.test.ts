import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { ContractRun } from './contractRun.js';
import type { Step } from './contractRun.js';
import { builtServer, TestServer } from './testServer.js';

const file = new URL('../../../tests/contract/scenarios.json', import.meta.url);
const scenarios = JSON.parse(readFileSync(file, 'utf8')) as { name: string; steps: Step[] }[];

test('there are scenarios', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(12);
});

let shared: TestServer | undefined;
let runs = 0;

afterAll(() => shared?.stop());

test.for(scenarios)('contract: $name', { timeout: 180_000 }, async ({ steps }, context) => {
    if (builtServer() === undefined) context.skip('NOT RUN: there is no built server (set CONNECT_SERVER).');
    const isKilled = steps.some((step) => step.do === 'kill');
    const server = isKilled ? await TestServer.start() : (shared ??= await TestServer.start());
    const run = ContractRun.on(server, String(++runs));
    try {
        for (const step of steps) await run.step(step);
    } finally {
        await run.end();
        if (isKilled) await server.stop();
    }
});
