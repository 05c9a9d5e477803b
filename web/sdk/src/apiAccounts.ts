import type { AccessToken } from './api.js';

export interface Device {
    readonly id: string;
    readonly name: string;
    readonly createdAt: number;
    readonly lastUsedAt: number;
    readonly current: boolean;
    readonly connected: boolean;
}

/** A login of this device, kept in the store. */
export interface Account {
    readonly user: string;
    readonly username: string;
    readonly device: string;
    token(renew?: boolean): Promise<AccessToken>;
    logout(everywhere?: boolean): Promise<void>;
    devices(): Promise<readonly Device[]>;
    revokeDevice(device: string): Promise<void>;
    changePassword(current: string, next: string): Promise<void>;
    /** Everything the server keeps of this user, as JSON lines or JSON, as the server gives it. */
    exportData(): Promise<Blob>;
    deleteAccount(password: string): Promise<void>;
}
