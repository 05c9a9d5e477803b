import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the repository. */
export const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Where Debian puts its browser. */
export const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** The built server. */
export const serverProgram = resolve(
    process.env['CONNECT_SERVER'] ?? `${repository}artifacts/bin/Connect.Server/release/connect-server`,
);

/** Gives a process another clock (Debian: faketime). */
export const clockLibrary = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

/** Where what a failed test saw is kept. */
export const keptFolder = resolve(process.env['CONNECT_WEB_KEPT'] ?? `${repository}artifacts/web-tests`);

/** Throws, with what to do, when the machine lacks something. */
export function checkMachine(): void {
    for (const [file, cure] of [
        [chromium, 'install the Debian package chromium, or name the program in CHROMIUM'],
        [serverProgram, 'run ./dev up once, or name the program in CONNECT_SERVER'],
    ] as const) {
        if (!existsSync(file)) {
            throw new Error(`${file} is missing: ${cure}.`);
        }
    }
}

/**
 * Flags of Chromium besides those of Playwright. The development certificate is trusted by its key: a page whose
 * certificate is only waved through may not have a service worker.
 */
export const chromiumFlags = (certificateKey: string): string[] => [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--ignore-certificate-errors-spki-list=${certificateKey}`,
];

/** Another built web client than the server's own. */
export const webFolder = process.env['CONNECT_WEB_FOLDER'];
