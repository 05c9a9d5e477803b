import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ContractRun } from './contractRun.js';
import type { Step } from './contractRun.js';
import { TestIssuer } from './testIssuer.js';
import { builtServer, TestServer } from './testServer.js';

const file = new URL('../../../tests/contract/scenarios.json', import.meta.url);
const scenarios = JSON.parse(readFileSync(file, 'utf8')) as { name: string; steps: Step[] }[];

/** All scenarios come from one address, and tokens near their end come soon enough for a test. */
const settings = [
    ...['Registrations', 'Logins', 'Connects', 'Requests'].map((name) => `--Limits:${name}PerAddress=0`),
    '--Gateway:TokenWarning=00:00:04',
];

let issuer: TestIssuer;
let shared: TestServer | undefined;
const done: string[] = [];

beforeAll(async () => {
    issuer = await TestIssuer.start();
});

afterAll(async () => {
    await shared?.stop();
    issuer.stop();
});

test.for(scenarios)('contract: $name', { timeout: 180_000 }, async ({ name, steps }, context) => {
    if (builtServer() === undefined) context.skip('NOT RUN: there is no built server (set CONNECT_SERVER).');
    const start = (): Promise<TestServer> => TestServer.start(...settings, ...issuer.settings);
    const isKilled = steps.some((step) => step.do === 'kill');
    const server = isKilled ? await start() : (shared ??= await start());
    const run = ContractRun.on(server, issuer, String(scenarios.findIndex((each) => each.name === name)));
    try {
        for (const step of steps) await run.step(step);
        done.push(name);
    } finally {
        await run.end();
        if (isKilled) await server.stop();
    }
});

test('no scenario was left out', (context) => {
    if (builtServer() === undefined) context.skip('NOT RUN: there is no built server (set CONNECT_SERVER).');
    expect(done).toEqual(scenarios.map(({ name }) => name));
});
