import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { serviceWorker } from './build/serviceWorker.js';

const sdk = (file: string) => fileURLToPath(new URL(`../sdk/src/${file}`, import.meta.url));

export default defineConfig({
    plugins: [svelte(), serviceWorker(fileURLToPath(new URL('sw/sw.ts', import.meta.url)))],
    // The sources themselves: what the app does not use of the SDK is left out.
    resolve: {
        alias: {
            '@connect-chat/sdk/accounts': sdk('accounts.ts'),
            '@connect-chat/sdk/full': sdk('full.ts'),
            '@connect-chat/sdk/idb': sdk('idb.ts'),
            '@connect-chat/sdk/tabs': sdk('tabs.ts'),
            '@connect-chat/sdk': sdk('index.ts'),
        },
    },
    build: { target: 'es2022', sourcemap: false, assetsInlineLimit: 0 },
});
