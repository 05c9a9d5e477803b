/** A piece of a message: plain text, or text that leads somewhere. */
export interface Piece {
    readonly text: string;
    readonly href?: string;
}

/** Ends at blanks, quotes, angle brackets and the marks that turn the direction of text (a link must read as it leads). */
const candidate = /https?:\/\/[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const closing: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Cuts a text at its web addresses. Only http and https lead anywhere, and never with a name or password before the host. */
export function piecesOf(text: string): readonly Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    for (const match of text.matchAll(candidate)) {
        const address = trimmed(match[0]);
        const href = safeHref(address);
        if (href === undefined || isWordBefore(text, match.index)) continue;
        if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
        pieces.push({ text: address, href });
        from = match.index + address.length;
    }
    if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from) });
    return pieces;
}

export function safeHref(address: string): string | undefined {
    if (!URL.canParse(address)) return undefined;
    const url = new URL(address);
    const web = url.protocol === 'http:' || url.protocol === 'https:';
    return web && url.hostname !== '' && url.username === '' && url.password === '' ? url.href : undefined;
}

/** Without the punctuation of the sentence around it; a bracket stays when its partner is inside. */
function trimmed(address: string): string {
    let end = address.length;
    for (;;) {
        const last = address[end - 1] ?? '';
        const open = closing[last];
        const loose = open !== undefined && count(address, open, end) < count(address, last, end);
        if (!loose && !/[.,;:!?…»”’*_~]/u.test(last)) return address.slice(0, end);
        end--;
    }
}

function count(text: string, sign: string, end: number): number {
    let found = 0;
    for (let i = 0; i < end; i++) if (text[i] === sign) found++;
    return found;
}

function isWordBefore(text: string, index: number): boolean {
    return index > 0 && /[\p{L}\p{N}]/u.test(text[index - 1] ?? '');
}
