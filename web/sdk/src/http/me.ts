import type { Device } from '../apiAccounts.js';
import type { Privacy } from '../apiFull.js';
import type { TokenApi } from './api.js';
import { ask } from './ask.js';
import type { HttpApi } from './http.js';

interface DeviceJson {
    readonly id: string;
    readonly name?: string;
    readonly created_at: number;
    readonly last_used_at?: number;
    readonly current?: boolean;
    readonly connected?: boolean;
}

interface PrivacyJson {
    readonly presence?: boolean;
    readonly read_receipts?: boolean;
}

export interface Self {
    readonly user: string;
    readonly username: string;
    readonly device: string;
    readonly createdAt: number;
}

export async function self(api: HttpApi): Promise<Self> {
    const { user, username, device, created_at } = await ask<{
        user: string;
        username?: string;
        device?: string;
        created_at?: number;
    }>(api, 'GET', '/v1/me');
    return { user, username: username ?? '', device: device ?? '', createdAt: created_at ?? 0 };
}

/** Those used last first; one that is logged out has no time of its last use (0). */
export async function devices(api: HttpApi): Promise<readonly Device[]> {
    const answer = await ask<{ devices: readonly DeviceJson[] }>(api, 'GET', '/v1/me/devices');
    return answer.devices.map((each) => ({
        id: each.id,
        name: each.name ?? '',
        createdAt: each.created_at,
        lastUsedAt: each.last_used_at ?? 0,
        current: each.current ?? false,
        connected: each.connected ?? false,
    }));
}

export function revokeDevice(api: HttpApi, device: string): Promise<void> {
    return ask(api, 'DELETE', `/v1/me/devices/${encodeURIComponent(device)}`);
}

/** All other devices are logged out by that. Made once: a repeated attempt would find the password changed already. */
export async function changePassword(api: TokenApi, current: string, next: string): Promise<void> {
    await api.request('POST', '/v1/me/password', { old_password: current, new_password: next }, {}, { attempts: 1 });
}

/** It is not whole when this rejects. */
export function exportData(api: TokenApi, signal?: AbortSignal): Promise<Blob> {
    return api.download('/v1/me/export', { signal, attempts: 1 });
}

export async function deleteAccount(api: TokenApi, password: string): Promise<void> {
    await api.request('DELETE', '/v1/me', { password }, {}, { attempts: 1 });
}

export async function privacy(api: HttpApi): Promise<Privacy> {
    return privacyOf(await ask<PrivacyJson>(api, 'GET', '/v1/me/privacy'));
}

/** What is absent stays. */
export async function setPrivacy(api: HttpApi, change: Partial<Privacy>): Promise<Privacy> {
    const body = { presence: change.presence, read_receipts: change.readReceipts };
    return privacyOf(await ask<PrivacyJson>(api, 'PATCH', '/v1/me/privacy', body));
}

function privacyOf({ presence = true, read_receipts = true }: PrivacyJson): Privacy {
    return { presence, readReceipts: read_receipts };
}
