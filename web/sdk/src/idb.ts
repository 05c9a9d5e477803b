/** What a browser keeps over restarts, as an entry point of its own. */
export { idbAccountStore } from './stores/idbAccount.js';
export { idbStore } from './stores/idb.js';
