export interface MachineOptions {
    readonly url: string;
    /** The device this is; absent: the store's, else the one named in the token. */
    readonly device?: string | undefined;
    readonly agent: string;
    /** `fresh`: a device that holds nothing begins at what other devices have got. */
    readonly firstSync: 'all' | 'fresh';
    /** The most messages the outbox holds. */
    readonly outboxLimit: number;
    readonly random: () => number;
}
