import type { Component } from 'svelte';
import type { Route } from '../route.js';

type Loaded = { default: Component<Record<string, unknown>> };

/** Everything that is not the list or a conversation is fetched when it is first needed. */
const parts = import.meta.glob<Loaded>('../panels/*Panel.svelte');

const names: Partial<Record<Route['page'], string>> = {
    details: 'DetailsPanel',
    people: 'PeoplePanel',
    new_group: 'NewGroupPanel',
    settings: 'SettingsPanel',
};

/** Loads the part that shows a place; undefined when this build has none. */
export function loadPanel(page: Route['page']): Promise<Component<Record<string, unknown>>> | undefined {
    const name = names[page];
    const load = name === undefined ? undefined : parts[`../panels/${name}.svelte`];
    return load?.().then((part) => part.default);
}

/** Fetches them all in a quiet moment, so that they open at once and offline. */
export function warmPanels(): void {
    const idle = globalThis.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 2000));
    idle(() => Object.values(parts).forEach((load) => void load().catch(() => undefined)));
}
