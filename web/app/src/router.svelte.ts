import { parseRoute, routeHref, type Route } from './route.js';

/** The place in the address bar, as state. */
class Router {
    #route = $state.raw<Route>(parseRoute(location.hash));

    constructor() {
        addEventListener('hashchange', () => (this.#route = parseRoute(location.hash)));
    }

    get route(): Route {
        return this.#route;
    }
}

export const router = new Router();

/** Goes to a place; `replace` leaves no trace of the one before. */
export function go(route: Route, replace = false): void {
    if (replace) {
        history.replaceState(history.state, '', routeHref(route));
        dispatchEvent(new HashChangeEvent('hashchange'));
    } else {
        location.hash = routeHref(route);
    }
}
