import { localStore } from '../storage.js';

const key = 'connect:notifications';

/** What the person chose on this device; both are on until switched off, the browser asks on its own besides. */
class NotifySettings {
    #wanted = $state(true);
    #showText = $state(true);

    constructor() {
        this.#read();
        // Chosen in another tab.
        globalThis.addEventListener('storage', (event) => {
            if (event.key === key || event.key === null) this.#read();
        });
    }

    get wanted(): boolean {
        return this.#wanted;
    }

    set wanted(wanted: boolean) {
        this.#wanted = wanted;
        this.#keep();
    }

    get showText(): boolean {
        return this.#showText;
    }

    set showText(showText: boolean) {
        this.#showText = showText;
        this.#keep();
    }

    #read(): void {
        let kept: unknown;
        try {
            kept = JSON.parse(localStore()?.getItem(key) ?? '{}');
        } catch {
            // What cannot be read was never chosen.
        }

        const chosen = (typeof kept === 'object' && kept !== null ? kept : {}) as Partial<Record<string, unknown>>;
        this.#wanted = (chosen['wanted'] ?? true) === true;
        this.#showText = (chosen['showText'] ?? true) === true;
    }

    #keep(): void {
        try {
            localStore()?.setItem(key, JSON.stringify({ wanted: this.#wanted, showText: this.#showText }));
        } catch {
            // Without storage the choice holds until the page is left.
        }
    }
}

export const notifySettings = new NotifySettings();

export type Permission = NotificationPermission | 'unsupported';

export function permission(): Permission {
    return typeof Notification === 'undefined' ? 'unsupported' : Notification.permission;
}

/** Only ever called by a click: browsers refuse it else. */
export async function askPermission(): Promise<Permission> {
    if (typeof Notification === 'undefined') return 'unsupported';
    return Notification.requestPermission();
}
