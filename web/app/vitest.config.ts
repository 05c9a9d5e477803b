import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vite.config.js';

export default mergeConfig(
    base,
    defineConfig({
        plugins: [svelteTesting()],
        test: { name: 'app', environment: 'happy-dom', include: ['test/**/*.test.ts'], passWithNoTests: false },
    }),
);
