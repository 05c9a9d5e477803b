/** The chat: all that goes over the socket. */
export * from './api.js';
export type { ErrorWord } from './codes.js';
export { isMessage } from './entries.js';
export { hasEnded, hasRead, hasReceived } from './places.js';
export { ConnectError } from './errors.js';
export { ConnectClient } from './client.js';
export type { ConnectOptions } from './client.js';
export { systemClock } from './engine/engine.js';
export type { Clock, TokenSource } from './engine/engine.js';
export type { Socket, SocketType } from './engine/link.js';
export { MemoryStore } from './stores/memory.js';
export type { ConnectStore, StoreBatch, StoredConversation, StoredMessage, StoredState } from './stores/store.js';
export { jsonCodec } from './wire/codec.js';
export type { Codec } from './wire/codec.js';
