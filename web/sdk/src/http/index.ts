/** What the client needs of HTTP. */
export { TokenApi } from './api.js';
export * as conversations from './conversations.js';
export * as groups from './groups.js';
export * as me from './me.js';
export * as people from './people.js';
export type { HttpApi } from './http.js';
export type { CallOptions, HttpOptions } from './request.js';
