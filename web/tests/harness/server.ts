import { type ChildProcess, spawn } from 'node:child_process';
import {
    createWriteStream,
    mkdtempSync,
    readFileSync,
    renameSync,
    rmSync,
    type WriteStream,
    writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyOf } from './launch.js';
import { clockLibrary, serverProgram, webFolder } from './machine.js';
import { within } from './wait.js';

const ready = 'Connect is ready at ';

/** Every test comes from one address, so what holds for one address is off. */
const noLimits = [
    ...['Logins', 'FailedLogins', 'Refreshes', 'Registrations', 'Requests', 'Connects', 'Connections'].map(
        (name) => `--Limits:${name}PerAddress=0`,
    ),
    ...['RequestsPerUser', 'ReadsPerUser', 'LookupsPerUser', 'SyncsPerUser', 'SendBurst', 'ConversationSends'].map(
        (name) => `--Limits:${name}=0`,
    ),
];

export interface ServerSettings {
    /** Where the certificate is, or is made; else in the server's own folder. */
    readonly certificates?: string;
    /** As `--Name=value`. */
    readonly settings?: readonly string[];
    /** With a clock that `setClock` moves. */
    readonly ownClock?: boolean;
    /** Makes the web client to be served, in a folder of the server's. */
    readonly web?: (folder: string) => string;
}

/** The real server as a process with a folder of its own, on a free port that it keeps over restarts. */
export class Server {
    readonly folder = mkdtempSync(join(tmpdir(), 'connect-web-'));
    readonly logFile = join(this.folder, 'server.log');
    readonly #log: WriteStream = createWriteStream(this.logFile);
    readonly #clockFile = join(this.folder, 'clock');
    #process: ChildProcess | undefined;
    #ended: Promise<void> = Promise.resolve();
    /** The web client that it serves from its next start on; undefined: its own. */
    web: string | undefined;
    #listen = 'https://127.0.0.1:0';

    private constructor(private readonly with_: ServerSettings) {
        this.web = with_.web?.(this.folder) ?? webFolder;
    }

    static async start(settings: ServerSettings = {}): Promise<Server> {
        const server = new Server(settings);
        await server.start();
        return server;
    }

    get url(): string {
        return this.#listen;
    }

    get processId(): number {
        return this.#running().pid ?? 0;
    }

    get certificates(): string {
        return this.with_.certificates ?? join(this.folder, 'tls');
    }

    get certificate(): string {
        return readFileSync(join(this.certificates, 'cert.pem'), 'utf8');
    }

    /** The hash of the certificate's key, as Chromium's list of trusted keys wants it. */
    get certificateKey(): string {
        return keyOf(this.certificate);
    }

    /** Starts it (again), and waits until it is ready. */
    async start(): Promise<void> {
        const environment: NodeJS.ProcessEnv = { ...process.env };
        if (this.with_.ownClock === true) {
            this.setClock(this.#offset);
            environment['LD_PRELOAD'] = clockLibrary;
            environment['FAKETIME_TIMESTAMP_FILE'] = this.#clockFile;
            environment['FAKETIME_DONT_FAKE_MONOTONIC'] = '1';
            environment['FAKETIME_NO_CACHE'] = '1';
        }

        const child = spawn(
            serverProgram,
            [
                `--Data=${join(this.folder, 'data')}`,
                `--Listen=${this.#listen}`,
                ...(this.web === undefined ? [] : [`--Web:Folder=${this.web}`]),
                `--Tls:DevelopmentFolder=${this.certificates}`,
                ...noLimits,
                ...(this.with_.settings ?? []),
            ],
            { cwd: this.folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
        );
        this.#process = child;
        this.#ended = new Promise((done) =>
            child.once('exit', () => {
                done();
            }),
        );
        child.stderr.pipe(this.#log, { end: false });
        const url = new Promise<string>((found, refuse) => {
            let said = '';
            child.stdout.on('data', (bytes: Buffer) => {
                this.#log.write(bytes);
                said += bytes.toString();
                const line = said.split('\n').find((l) => l.startsWith(ready));
                if (line !== undefined) {
                    found((line.slice(ready.length).split(',')[0] ?? '').trim());
                }
            });
            child.once('exit', (code) => {
                refuse(new Error(`The server ended with ${code}:\n${this.lastLines()}`));
            });
            child.once('error', refuse);
        });
        this.#listen = await within(60_000, 'the line "Connect is ready"', url);
    }

    /** SIGKILL; throws when it had ended by itself. */
    async kill(): Promise<void> {
        this.signal('SIGKILL');
        await this.#ended;
    }

    /** SIGTERM: it finishes what is under way. */
    async stop(): Promise<void> {
        this.signal('SIGTERM');
        await within(30_000, 'the end of the server', this.#ended);
    }

    signal(name: NodeJS.Signals): void {
        if (!this.#running().kill(name)) {
            throw new Error(`${name} did not reach the server:\n${this.lastLines()}`);
        }
    }

    #offset = 0;

    /** Its clock is so many seconds from the true one, from now on. */
    setClock(seconds: number): void {
        this.#offset = seconds;
        // Replaced as a whole: it is read at each look at the clock.
        writeFileSync(`${this.#clockFile}.next`, seconds < 0 ? `${seconds}` : `+${seconds}`);
        renameSync(`${this.#clockFile}.next`, this.#clockFile);
    }

    lastLines(): string {
        return readFileSync(this.logFile, 'utf8').split('\n').slice(-40).join('\n');
    }

    async dispose(): Promise<void> {
        if (this.#process?.exitCode === null && this.#process.signalCode === null) {
            this.#process.kill('SIGKILL');
            await this.#ended;
        }

        this.#log.end();
        rmSync(this.folder, { recursive: true, force: true });
    }

    #running(): ChildProcess {
        if (this.#process === undefined) {
            throw new Error('The server was not started.');
        }

        return this.#process;
    }
}
