/** Accounts and the logins of this device, as an entry point of its own. */
export * from './apiAccounts.js';
export { ConnectAccount } from './http/account.js';
export type { AccountOptions, Login } from './http/account.js';
export type { HttpApi } from './http/http.js';
export type { HttpOptions } from './http/request.js';
export { memoryAccountStore } from './stores/account.js';
export type { AccountStore, StoredLogin } from './stores/account.js';
