import { start } from '../../src/start.js';
import { FakeBackend } from './account.js';
import { FakeClient } from './client.js';

// `?out` shows the login, `?empty` a new account, `?loading` a list that was not read.
const asked = new URLSearchParams(location.search);
const client = new FakeClient({
    delay: 400,
    complete: !asked.has('loading'),
    ...(asked.has('empty') || asked.has('loading') ? { world: [] } : {}),
});
declare global {
    interface Window {
        fake: FakeClient;
    }
}
window.fake = client;
start(new FakeBackend({ out: asked.has('out'), client }));
