import type { AccessToken } from './api.js';

export interface Device {
    readonly id: string;
    readonly name: string;
    readonly createdAt: number;
    readonly lastUsedAt: number;
    readonly current: boolean;
    readonly connected: boolean;
}

/** This device's login, kept in the store. */
export interface Account {
    readonly user: string;
    readonly username: string;
    readonly device: string;
    token(renew?: boolean): Promise<AccessToken>;
    logout(everywhere?: boolean): Promise<void>;
    devices(): Promise<readonly Device[]>;
    revokeDevice(device: string): Promise<void>;
    changePassword(current: string, next: string): Promise<void>;
    /** Everything the server stores about this user, in the format the server provides. */
    exportData(): Promise<Blob>;
    deleteAccount(password: string): Promise<void>;
}
