import { request } from 'node:https';

/** `fetch` as far as the SDK uses it, trusting one more certificate; that of Node 20 can be told none. */
export function trustedFetch(ca: string): typeof fetch {
    return (input, init = {}) =>
        new Promise((resolve, reject) => {
            const options = {
                ca,
                method: init.method ?? 'GET',
                headers: Object.fromEntries(new Headers(init.headers).entries()),
                ...(init.signal ? { signal: init.signal } : {}),
            };
            const call = request(String(input), options, (answer) => {
                const parts: Buffer[] = [];
                answer.on('data', (part: Buffer) => parts.push(part));
                answer.on('error', reject);
                answer.on('end', () => {
                    const status = answer.statusCode ?? 500;
                    const headers = new Headers();
                    for (const [name, value] of Object.entries(answer.headers)) headers.set(name, String(value));
                    resolve(new Response(status === 204 ? null : Buffer.concat(parts), { status, headers }));
                });
            });
            call.on('error', reject);
            call.end(typeof init.body === 'string' ? init.body : undefined);
        });
}
