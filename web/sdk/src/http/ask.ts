import type { HttpApi } from './http.js';

/** A call whose answer has the shape that the protocol gives it. */
export function ask<T>(
    api: HttpApi,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
): Promise<T> {
    return api.request(method, path, body, headers) as Promise<T>;
}
