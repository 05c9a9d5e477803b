/** How far a connection is, rising. */
export const enum Phase {
    stopped,
    waiting,
    opening,
    greeting,
    open,
}
