/** The browser's storage of small things; absent where it is forbidden. */
export function localStore(): Storage | undefined {
    try {
        return window.localStorage;
    } catch {
        return undefined;
    }
}
