import { type BrowserServer, chromium as driver } from 'playwright-core';
import { chromium, chromiumFlags } from './machine.js';

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
