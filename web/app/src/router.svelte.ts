import { parseRoute, routeHref, type Route } from './route.js';

/** The place in the address bar, as state. */
class Router {
    #route = $state.raw<Route>(parseRoute(location.hash));

    constructor() {
        addEventListener('hashchange', () => this.read());
    }

    get route(): Route {
        return this.#route;
    }

    /** The address as it is now. */
    read(): void {
        const route = parseRoute(location.hash);
        if (routeHref(route) !== routeHref(this.#route)) this.#route = route;
    }
}

export const router = new Router();

/**
 * Goes to a place; `replace` leaves no trace of the one before. One is there when this returns: the browser tells of the new address
 * later, and a key that is pressed before that would count from the old one.
 */
export function go(route: Route, replace = false): void {
    if (replace) history.replaceState(history.state, '', routeHref(route));
    else location.hash = routeHref(route);
    router.read();
}
