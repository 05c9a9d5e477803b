import { ConnectError } from '@connect-chat/sdk';
import type { Backend } from './backend.js';
import { start } from './start.js';

const unreachable = () => Promise.reject(new ConnectError(0, 'network', 'no server'));
const backend: Backend = { restore: () => Promise.resolve(undefined), logIn: unreachable, signUp: unreachable };
start(backend);
