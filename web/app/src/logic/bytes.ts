const encoder = new TextEncoder();

/** How long a text is on the wire. */
export function byteLength(text: string): number {
    return encoder.encode(text).length;
}

/** From here on the composer says how many of the bytes that a message may have are left. */
export function nearLimit(limit: number): number {
    return Math.floor(limit * 0.9);
}

const bytesOfPoint = (point: number): number => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);

/**
 * How many characters more a text may have, or, below zero, has too many. The limit is one of bytes: what is left is told in characters
 * like those of the text so far, and what is too much is what would have to be deleted at its end.
 */
export function charactersLeft(text: string, most: number): number {
    const left = most - byteLength(text);
    const characters = [...text];
    if (left >= 0) return Math.floor((left * characters.length) / Math.max(1, most - left));
    let over = 0;
    for (let bytes = -left; bytes > 0; over++) bytes -= bytesOfPoint(characters.at(-1 - over)?.codePointAt(0) ?? 0);
    return -over;
}
