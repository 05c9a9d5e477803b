import type { Client } from '@connect-chat/sdk';
import { followZone } from './texts/format.js';

/**
 * The time that is shown. It moves with each minute, when somebody looks again (timers sleep with the device) and when the device
 * has come to another time zone.
 */
class Clock {
    #moment = $state(0);
    #users = 0;
    #timer: ReturnType<typeof setTimeout> | undefined;

    /** The server's time now; who shows it is shown anew as it moves. */
    now(client: Pick<Client, 'now'>): number {
        void this.#moment;
        return client.now();
    }

    /** Messages older than this ended where they were not delivered; it moves with `now`. */
    endedBefore(client: Pick<Client, 'now' | 'endedBefore'>): number {
        return this.now(client) - (client.now() - client.endedBefore());
    }

    /** Runs for as long as somebody is logged in; to be returned from an effect. */
    run(): () => void {
        if (++this.#users === 1) {
            this.#plan();
            addEventListener('focus', this.#look);
            document.addEventListener('visibilitychange', this.#look);
        }
        return () => {
            if (--this.#users > 0) return;
            clearTimeout(this.#timer);
            removeEventListener('focus', this.#look);
            document.removeEventListener('visibilitychange', this.#look);
        };
    }

    readonly #look = () => {
        followZone();
        this.#moment++;
    };

    /** A little after each full minute, which is when what is shown changes. */
    #plan(): void {
        this.#timer = setTimeout(
            () => {
                this.#look();
                this.#plan();
            },
            60_050 - (Date.now() % 60_000),
        );
    }
}

export const clock = new Clock();
