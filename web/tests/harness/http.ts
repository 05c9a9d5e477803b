import { Agent, request } from 'node:https';

/** Where a server is, and the certificate that it has. */
export interface Place {
    readonly url: string;
    readonly certificate: string;
}

export interface Answer {
    readonly status: number;
    readonly headers: Record<string, string | string[] | undefined>;
    readonly body: Buffer;
}

/** HTTP to a server whose certificate is trusted and no other. */
export class Http {
    readonly #agent: Agent;

    constructor(private readonly place: Place) {
        this.#agent = new Agent({ keepAlive: true, maxSockets: 16, ca: place.certificate });
    }

    send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
        return new Promise((done, refuse) => {
            const call = request(`${this.place.url}${path}`, { method, headers, agent: this.#agent }, (answer) => {
                const parts: Buffer[] = [];
                answer.on('data', (part: Buffer) => parts.push(part));
                answer.on('error', refuse);
                answer.on('end', () => {
                    done({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) });
                });
            });
            call.on('error', refuse);
            call.end(body);
        });
    }

    /** JSON both ways; throws on any answer that is no success. */
    async json<T>(method: string, path: string, content?: unknown, headers: Record<string, string> = {}): Promise<T> {
        const body = content === undefined ? undefined : JSON.stringify(content);
        const answer = await this.send(
            method,
            path,
            body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
            body,
        );
        const text = answer.body.toString();
        if (answer.status < 200 || answer.status > 299) {
            throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        }

        return (text === '' ? undefined : JSON.parse(text)) as T;
    }

    close(): void {
        this.#agent.destroy();
    }
}
