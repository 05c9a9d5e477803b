const encoder = new TextEncoder();

/** How long a text is on the wire. */
export function byteLength(text: string): number {
    return encoder.encode(text).length;
}

/** From here on the composer says how many of the bytes that a message may have are left. */
export function nearLimit(limit: number): number {
    return Math.floor(limit * 0.9);
}
