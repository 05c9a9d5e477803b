/** Bytes of UTF-8 that a message may have. */
export const maxBytes = 8000;
/** From here on the composer says how many are left. */
export const nearBytes = 7200;

const encoder = new TextEncoder();

/** How long a text is on the wire. */
export function byteLength(text: string): number {
    return encoder.encode(text).length;
}
