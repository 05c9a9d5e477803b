import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import type { Backend } from './backend.js';
import { registerWorker } from './notifications/worker.svelte.js';
import { applyTheme } from './theme.js';

export function start(backend: Backend): void {
    applyTheme();
    const target = document.getElementById('app');
    if (!target) throw new Error('index.html has no #app');
    mount(App, { target, props: { backend } });
    void registerWorker();
}
