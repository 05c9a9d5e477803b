import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built server; undefined when there is none. `CONNECT_SERVER` names another, which must be there. */
export function builtServer(): string | undefined {
    const built = fileURLToPath(
        new URL('../../../artifacts/bin/Connect.Server/release/connect-server', import.meta.url),
    );
    const named = process.env['CONNECT_SERVER'];
    if (named !== undefined && !existsSync(named)) throw new Error(`CONNECT_SERVER: there is no ${named}.`);
    return named ?? (existsSync(built) ? built : undefined);
}

/** A real server with a folder of its own, on a free port that it keeps over restarts. */
export class TestServer {
    #process: ChildProcess | undefined;
    #output = '';

    private constructor(
        private readonly folder: string,
        readonly port: number,
        private readonly settings: readonly string[],
    ) {}

    static async start(...settings: string[]): Promise<TestServer> {
        const server = new TestServer(mkdtempSync(join(tmpdir(), 'connect-server-')), await freePort(), settings);
        await server.up();
        return server;
    }

    get url(): string {
        return `https://localhost:${this.port}`;
    }

    get socketUrl(): string {
        return `wss://localhost:${this.port}/v1/connect`;
    }

    get certificate(): string {
        return join(this.folder, 'data.tls', 'cert.pem');
    }

    /** Starts it (again) and waits until it listens. */
    async up(): Promise<void> {
        const program = builtServer();
        if (program === undefined) throw new Error('There is no built server.');
        const args = [`--Data=${join(this.folder, 'data')}`, `--Listen=${this.url}`, ...this.settings];
        const child = spawn(program, args, { cwd: this.folder });
        this.#process = child;
        child.stderr.on('data', (data) => (this.#output += String(data)));
        await new Promise<void>((resolve, reject) => {
            const late = setTimeout(() => reject(new Error(`It did not start:\n${this.#output}`)), 60_000);
            let line = '';
            child.stdout.on('data', (data) => {
                line += String(data);
                this.#output += String(data);
                if (!line.includes('https://')) return;
                clearTimeout(late);
                resolve();
            });
            child.once('exit', (code) => {
                clearTimeout(late);
                reject(new Error(`It ended with ${code}:\n${this.#output}`));
            });
        });
    }

    /** kill -9 */
    async kill(): Promise<void> {
        await this.#end('SIGKILL');
    }

    async stop(): Promise<void> {
        await this.#end('SIGKILL');
        rmSync(this.folder, { recursive: true, force: true });
    }

    #end(signal: NodeJS.Signals): Promise<void> {
        const child = this.#process;
        if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
        return new Promise((resolve) => {
            child.once('exit', () => resolve());
            child.kill(signal);
        });
    }
}

function freePort(): Promise<number> {
    return new Promise((resolve, reject) => {
        const probe = createServer();
        probe.once('error', reject);
        probe.listen(0, '127.0.0.1', () => {
            const address = probe.address();
            probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
        });
    });
}
