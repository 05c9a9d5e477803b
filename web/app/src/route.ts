/** Where one is in the app. The address is the fragment, so that any file server can serve the app. */
export type Route =
    | { readonly page: 'list' }
    /** `name`: of the other user, where nobody wrote yet; by its id alone such a conversation is not found. */
    | { readonly page: 'conversation'; readonly id: string; readonly name?: string }
    | { readonly page: 'details'; readonly id: string }
    | { readonly page: 'people' }
    | { readonly page: 'new_group' }
    | { readonly page: 'settings'; readonly section: string };

/** Reads a fragment; whatever is not known is the list. */
export function parseRoute(hash: string): Route {
    const parts = hash
        .replace(/^#?\/?/, '')
        .split('/')
        .map(decode);
    const [first = '', second = '', third = '', fourth = ''] = parts;
    if (first === 'c' && second !== '' && third === 'with' && fourth !== '') {
        return { page: 'conversation', id: second, name: fourth };
    }

    if (first === 'c' && second !== '') return { page: third === 'details' ? 'details' : 'conversation', id: second };
    if (first === 'people') return { page: 'people' };
    if (first === 'groups' && second === 'new') return { page: 'new_group' };
    if (first === 'settings') return { page: 'settings', section: second };
    return { page: 'list' };
}

/** The address of a place; the inverse of `parseRoute`. */
export function routeHref(route: Route): string {
    switch (route.page) {
        case 'list':
            return '#/';
        case 'conversation':
            return (
                `#/c/${encodeURIComponent(route.id)}` +
                (route.name === undefined ? '' : `/with/${encodeURIComponent(route.name)}`)
            );
        case 'details':
            return `#/c/${encodeURIComponent(route.id)}/details`;
        case 'people':
            return '#/people';
        case 'new_group':
            return '#/groups/new';
        case 'settings':
            return route.section === '' ? '#/settings' : `#/settings/${encodeURIComponent(route.section)}`;
    }
}

/** The conversation that is shown, if any. */
export function routeConversation(route: Route): string | undefined {
    return route.page === 'conversation' || route.page === 'details' ? route.id : undefined;
}

/** One step outward, for Esc and the back button of the header. */
export function routeParent(route: Route): Route {
    if (route.page === 'details') return { page: 'conversation', id: route.id };
    return route.page === 'settings' && route.section !== '' ? { page: 'settings', section: '' } : { page: 'list' };
}

function decode(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return ''; // A broken escape is no place.
    }
}
