import { localStore } from '../storage.js';

const key = 'connect:notifications';

/** What the person chose on this device; both are on until switched off, the browser asks on its own besides. */
class NotifySettings {
    #wanted = $state(true);
    #showText = $state(true);

    constructor() {
        try {
            const kept: unknown = JSON.parse(localStore()?.getItem(key) ?? '{}');
            if (typeof kept !== 'object' || kept === null) return;
            if ('wanted' in kept) this.#wanted = kept.wanted === true;
            if ('showText' in kept) this.#showText = kept.showText === true;
        } catch {
            // What cannot be read was never chosen.
        }
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
