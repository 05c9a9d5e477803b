/** One or two letters that stand for a name; empty when it has none that can be shown. */
export function initialsOf(name: string): string {
    const words = name
        .normalize('NFC')
        .split(/[\s._-]+/u)
        .map((word) => firstLetter(word))
        .filter((letter) => letter !== '');
    const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
    return letters.join('').toLocaleUpperCase();
}

/** A hue of 0 to 359 that is always the same for an id. */
export function hueOf(id: string): number {
    let hash = 2166136261;
    for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619);
    return (hash >>> 0) % 360;
}

function firstLetter(word: string): string {
    return /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '';
}
