import { defineConfig } from 'vitest/config';

// One browser and one shared server (globalSetup); the files run one after the other, so that what one measures no
// other disturbs.
export default defineConfig({
    test: {
        include: ['browser/**/*.test.ts'],
        globalSetup: ['harness/setup.ts'],
        fileParallelism: false,
        testTimeout: 60_000,
        hookTimeout: 90_000,
        sequence: { shuffle: false },
    },
});
