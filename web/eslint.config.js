import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { layers } from './lint/layers.js';

/** From the bottom up. What stands in one line does not know each other. */
const sdkLayers = [
    ['codes.ts', 'gen'],
    ['entries.ts', 'errors.ts'],
    'api.ts',
    ['apiAccounts.ts', 'apiFull.ts', 'places.ts'],
    'wire',
    'stores',
    'engine',
    ['events.ts', 'tabs', 'views'],
    'conversation.ts',
    'client.ts',
    'http',
    // The entry points.
    ['accounts.ts', 'full.ts', 'idb.ts', 'index.ts', 'protobuf.ts', 'tabs.ts'],
];
const appLayers = [
    ['backend.ts', 'route.ts', 'storage.ts', 'styles', 'svelte.d.ts', 'texts', 'theme.ts'],
    [
        'clock.svelte.ts',
        'drafts.svelte.ts',
        'errors.ts',
        'logic',
        'names.svelte.ts',
        'people.svelte.ts',
        'router.svelte.ts',
    ],
    ['notifications', 'ui'],
    'session.svelte.ts',
    'context.ts',
    'openDirect.ts',
    ['chat', 'list'],
    'panels/logic',
    'panels/parts',
    'panels/people',
    ['panels/group', 'panels/settings'],
    'panels',
    'shell',
    ['App.svelte', 'connect.ts'],
    'start.ts',
    'main.ts',
];
const layered = (root, order) => ({
    files: [`${root}/**`],
    plugins: { layers },
    rules: { 'layers/imports': ['error', { root, layers: order }] },
});

export default ts.config(
    { ignores: ['**/dist/**', '**/node_modules/**', '**/gen/**'] },
    js.configs.recommended,
    ...ts.configs.strict,
    ...svelte.configs.recommended,
    { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
    { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
    layered('sdk/src', sdkLayers),
    layered('app/src', appLayers),
    {
        rules: {
            'no-undef': 'off',
            // Sets and maps that are replaced as a whole need no reactivity of their own.
            'svelte/prefer-svelte-reactivity': 'off',
            'no-restricted-syntax': [
                'error',
                { selector: 'SvelteMustacheTag[kind="raw"]', message: 'Text is always text: no {@html}.' },
            ],
        },
    },
);
