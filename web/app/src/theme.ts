export type Theme = 'light' | 'dark' | 'system';

const key = 'connect:theme';

/** What the person chose on this device. */
export function theme(): Theme {
    const kept = read();
    return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function setTheme(next: Theme): void {
    try {
        if (next === 'system') localStorage.removeItem(key);
        else localStorage.setItem(key, next);
    } catch {
        // Without storage the choice holds until the page is left.
    }
    show(next);
}

/** Shows the kept choice; called once at the start. */
export function applyTheme(): void {
    show(theme());
}

function show(next: Theme): void {
    if (next === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = next;
}

function read(): string | null {
    try {
        return localStorage.getItem(key);
    } catch {
        return null;
    }
}
