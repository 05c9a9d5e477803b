/** Short words to the person: seen for some seconds, or only heard. */
export interface Toast {
    readonly id: number;
    readonly text: string;
    readonly bad: boolean;
}

const lastsMs = 6000;
const most = 3;

class Toasts {
    items = $state.raw<readonly Toast[]>([]);
    /** What a screen reader says next; changed text is read out. */
    heard = $state('');
    #next = 1;

    show(text: string, bad = false): void {
        const toast = { id: this.#next++, text, bad };
        this.items = [...this.items, toast].slice(-most);
        setTimeout(() => this.dismiss(toast.id), lastsMs);
    }

    dismiss(id: number): void {
        this.items = this.items.filter((toast) => toast.id !== id);
    }

    say(text: string): void {
        // The same words twice are a change, too.
        this.heard = text === this.heard ? `${text}\u00a0` : text;
    }
}

export const toasts = new Toasts();

/** Shows words for some seconds; `bad` for what went wrong. */
export function toast(text: string, bad = false): void {
    toasts.show(text, bad);
}

/** Tells a screen reader, politely, what can be seen elsewhere. */
export function announce(text: string): void {
    toasts.say(text);
}
