/** The client with all that goes over HTTP too, as an entry point of its own: people, groups, requests, what is muted or hidden. */
export * from './apiFull.js';
export { FullConnectClient } from './http/client.js';
export type { FullOptions } from './http/client.js';
export type { HttpApi } from './http/http.js';
export type { HttpOptions } from './http/request.js';
