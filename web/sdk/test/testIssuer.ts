import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const audience = 'chat';

/** An issuer of access tokens on this machine, for tokens as short-lived as a test wants them. */
export class TestIssuer {
    readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    readonly #http: Server;
    #address = '';

    private constructor() {
        this.#http = createServer((request, answer) => {
            const jwk = { ...this.#keys.publicKey.export({ format: 'jwk' }), kid: 'k1' };
            const isKeys = request.url === '/keys';
            answer.setHeader('Content-Type', 'application/json');
            answer.end(
                JSON.stringify(isKeys ? { keys: [jwk] } : { issuer: this.#address, jwks_uri: `${this.#address}/keys` }),
            );
        });
    }

    static async start(): Promise<TestIssuer> {
        const issuer = new TestIssuer();
        await new Promise<void>((resolve) => issuer.#http.listen(0, '127.0.0.1', resolve));
        issuer.#address = `http://127.0.0.1:${(issuer.#http.address() as AddressInfo).port}`;
        return issuer;
    }

    /** With these a server takes its tokens and gives each of its users an account. */
    get settings(): string[] {
        return [`Issuer=${this.#address}`, `Audience=${audience}`, 'CreateAccounts=true'].map(
            (setting) => `--Identity:External:${setting}`,
        );
    }

    tokenOf(username: string, seconds: number): { token: string; expiresAt: number } {
        const iat = Math.floor(Date.now() / 1000);
        const exp = iat + seconds;
        const claims = { iss: this.#address, aud: audience, sub: username, preferred_username: username, iat, exp };
        const text = [{ alg: 'ES256', typ: 'at+jwt', kid: 'k1' }, claims]
            .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
            .join('.');
        const key = { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' } as const;
        return {
            token: `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`,
            expiresAt: exp * 1000,
        };
    }

    stop(): void {
        this.#http.close();
        this.#http.closeAllConnections();
    }
}
