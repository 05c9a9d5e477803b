import { defineConfig } from 'vitest/config';

// Each package has its own environment; the browser's tests are apart (tests/vitest.browser.config.ts).
export default defineConfig({ test: { projects: ['sdk/vitest.config.ts', 'app/vitest.config.ts'] } });
