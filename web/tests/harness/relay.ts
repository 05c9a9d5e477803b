import { createServer, connect, type Socket, type Server as Listener } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A network between a browser and a server, that can be cut. What passes it is not looked at. */
export class Relay {
    readonly #listener: Listener;
    readonly #sockets = new Set<Socket>();
    #whole = true;

    private constructor(private readonly target: URL) {
        this.#listener = createServer((near) => {
            if (!this.#whole) {
                near.destroy();
                return;
            }

            const far = connect(Number(this.target.port), this.target.hostname);
            for (const [one, other] of [
                [near, far],
                [far, near],
            ] as const) {
                this.#sockets.add(one);
                one.setNoDelay(true);
                one.pipe(other);
                one.on('error', () => other.destroy());
                one.on('close', () => {
                    this.#sockets.delete(one);
                    other.destroy();
                });
            }
        });
    }

    static async to(url: string): Promise<Relay> {
        const relay = new Relay(new URL(url));
        await new Promise<void>((done) => {
            relay.#listener.listen(0, '127.0.0.1', done);
        });
        return relay;
    }

    get url(): string {
        return `https://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
    }

    /** Every connection breaks, and no new one comes about. */
    cut(): void {
        this.#whole = false;
        this.reset();
    }

    /** Every connection breaks; new ones come about. */
    reset(): void {
        for (const socket of this.#sockets) {
            socket.destroy();
        }
    }

    /** Nothing passes the connections of now any more, and neither side is told; new ones come about. */
    swallow(): void {
        for (const socket of this.#sockets) {
            socket.unpipe();
            socket.resume();
        }
    }

    mend(): void {
        this.#whole = true;
    }

    close(): void {
        this.cut();
        this.#listener.close();
    }
}
