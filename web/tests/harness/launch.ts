import { createHash, X509Certificate } from 'node:crypto';
import { type BrowserServer, chromium as driver } from 'playwright-core';
import { chromium, chromiumFlags } from './machine.js';

/** The hash of a certificate's key, as Chromium's list of trusted keys wants it. */
export function keyOf(certificate: string): string {
    const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(key).digest('base64');
}

const options = (certificateKey: string) => ({
    executablePath: chromium,
    headless: true,
    chromiumSandbox: false,
    args: chromiumFlags(certificateKey),
});

/** One process of Chromium that several connect to. */
export const launchServer = (certificateKey: string): Promise<BrowserServer> =>
    driver.launchServer(options(certificateKey));

/** One process of Chromium for whoever asks alone. */
export const launch = (certificateKey: string) => driver.launch(options(certificateKey));
