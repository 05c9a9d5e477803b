declare global {
    interface Window {
        trustedTypes?: {
            createPolicy(
                name: string,
                rules: { createScriptURL: (url: string) => string },
            ): { createScriptURL(url: string): string };
        };
    }
}

const address = '/sw.js';
const hourMs = 60 * 60 * 1000;

class Update {
    /** A newer version has taken over the files: the next load shows it. */
    ready = $state(false);
}

export const update = new Update();

/** Where the policy of the page asks for it, the one address that may be a script is vouched for. */
function trusted(url: string): string {
    const policy = window.trustedTypes?.createPolicy('connect', {
        createScriptURL: (asked) => {
            if (asked !== address) throw new TypeError('not an address of this app');
            return asked;
        },
    });
    return policy ? policy.createScriptURL(url) : url;
}

/** Installs the service worker; without one (an old browser, a certificate nobody trusts) the app does without. */
export async function registerWorker(): Promise<void> {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (!import.meta.env.PROD || !workers) return;
    let controlled = workers.controller !== null;
    workers.addEventListener('controllerchange', () => {
        if (controlled) update.ready = true;
        controlled = true;
    });
    try {
        const registration = await workers.register(trusted(address), { updateViaCache: 'none' });
        let checked = Date.now();
        document.addEventListener('visibilitychange', () => {
            if (document.visibilityState !== 'visible' || Date.now() - checked < hourMs) return;
            checked = Date.now();
            void registration.update().catch(() => undefined);
        });
    } catch {
        // Nothing is lost but starting without a network.
    }
}
