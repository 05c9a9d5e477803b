import { serverBackend } from './connect.js';
import { start } from './start.js';

start(serverBackend());
