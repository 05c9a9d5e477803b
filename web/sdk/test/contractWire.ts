import { WebSocket } from 'ws';
import type { SocketType } from '../src/index.js';

/** The way from the server to one client, on which a scenario lets things get lost. */
export class ContractWire {
    readonly socketType: SocketType;
    #socket: WebSocket | undefined;
    #isDeaf = false;
    #losing = 0;

    constructor(ca: string) {
        const opened = (socket: WebSocket): void => {
            this.#socket = socket;
            this.#isDeaf = false;
        };
        const passing = (data: Buffer): Buffer | undefined => this.#passing(data);
        this.socketType = class extends WebSocket {
            constructor(url: string, protocols: string[]) {
                super(url, protocols, { ca });
                opened(this);
            }

            override emit(event: string | symbol, ...told: unknown[]): boolean {
                if (event !== 'message') return super.emit(event, ...told);
                const [data, ...rest] = told as [Buffer, ...unknown[]];
                const left = passing(data);
                return left !== undefined && super.emit(event, left, ...rest);
            }
        } as unknown as SocketType;
    }

    /** Nothing the server says arrives any more, until the connection is cut. */
    deafen(): void {
        this.#isDeaf = true;
    }

    /** So many of the next pushes of entries do not arrive. */
    lose(pushes: number): void {
        this.#losing = pushes;
    }

    cut(): void {
        this.#socket?.terminate();
    }

    #passing(data: Buffer): Buffer | undefined {
        if (this.#isDeaf) return undefined;
        if (this.#losing === 0) return data;
        const lines = data
            .toString()
            .split('\n')
            .filter((line) => line !== '' && !this.#isLost(JSON.parse(line) as object));
        return lines.length === 0 ? undefined : Buffer.from(lines.join('\n'));
    }

    #isLost(frame: object): boolean {
        if (this.#losing === 0 || !('entries' in frame)) return false;
        this.#losing--;
        return true;
    }
}
