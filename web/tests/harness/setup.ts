import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { checkMachine, keptFolder } from './machine.js';
import { launchServer } from './launch.js';
import { Server } from './server.js';

declare module 'vitest' {
    interface ProvidedContext {
        /** The certificates of all servers: the browser trusts their key. */
        certificates: string;
        /** Where the browser is to be reached. */
        browser: string;
        sharedUrl: string;
        sharedLog: string;
    }
}

/** Starts the browser and the server that all tests share which do nothing to it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
    checkMachine();
    rmSync(keptFolder, { recursive: true, force: true });
    const certificates = mkdtempSync(join(tmpdir(), 'connect-web-tls-'));
    const server = await Server.start({ certificates });
    const browser = await launchServer(server.certificateKey);
    project.provide('certificates', certificates);
    project.provide('browser', browser.wsEndpoint());
    project.provide('sharedUrl', server.url);
    project.provide('sharedLog', server.logFile);
    return async () => {
        await browser.close();
        await server.dispose();
        rmSync(certificates, { recursive: true, force: true });
    };
}
