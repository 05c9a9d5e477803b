/** A server of the HTTP interface that answers as it is told, and remembers what it was asked. */
export interface Asked {
    readonly method: string;
    readonly path: string;
    readonly headers: Record<string, string>;
    readonly body: unknown;
}

export type Answer = (asked: Asked) => Response | Promise<Response>;

export class FakeServer {
    readonly asked: Asked[] = [];
    readonly #answers: { method: string; path: string; answers: Answer[] }[] = [];

    /** The answers to a route, one after the other; the last one stays. */
    on(method: string, path: string, ...answers: Answer[]): this {
        const known = this.#answers.find((each) => each.method === method && each.path === path);
        if (known) known.answers = answers;
        else this.#answers.push({ method, path, answers });
        return this;
    }

    count(method: string, path: string): number {
        return this.asked.filter((each) => each.method === method && each.path === path).length;
    }

    readonly fetch: typeof fetch = async (input, init = {}) => {
        const url = new URL(String(input));
        const asked: Asked = {
            method: init.method ?? 'GET',
            path: url.pathname + url.search,
            headers: Object.fromEntries(new Headers(init.headers).entries()),
            body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
        };
        this.asked.push(asked);
        const route = this.#answers.find((each) => each.method === asked.method && each.path === asked.path);
        if (!route) return problem(404, 301, 'not_found');
        const answer = route.answers.length > 1 ? route.answers.shift() : route.answers[0];
        const response = await answer?.(asked);
        init.signal?.throwIfAborted();
        return response ?? problem(500, 501, 'internal');
    };
}

export function json(value: unknown, status = 200): Answer {
    return () => new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } });
}

export function nothing(): Response {
    return new Response(null, { status: 204 });
}

export function lost(): Response {
    throw new TypeError('fetch failed');
}

export function problem(status: number, code: number, name: string, more: object = {}, headers: object = {}): Response {
    const body = { type: `urn:connect:error:${name}`, title: `It is ${name}.`, status, code, name, ...more };
    return new Response(JSON.stringify(body), {
        status,
        headers: { 'Content-Type': 'application/problem+json', ...headers },
    });
}

/** Tokens with numbers: refresh token n is exchanged for access and refresh token n + 1. */
export function tokens(n: number, livesMs = 900_000) {
    return {
        access_token: `a${n}`,
        expires_at: Date.now() + livesMs,
        refresh_token: `r${n}`,
        user: 'u1',
        device: 'd1',
    };
}
