export * from './api.js';
export { ConnectError, ErrorCode } from './errors.js';
