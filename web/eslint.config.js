import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
    { ignores: ['**/dist/**', '**/node_modules/**', '**/gen/**'] },
    js.configs.recommended,
    ...ts.configs.strict,
    ...svelte.configs.recommended,
    { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
    { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
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
