import { expect, test } from 'vitest';
import { parseRoute, routeHref, routeParent, type Route } from '../../src/route.js';

const places: readonly Route[] = [
    { page: 'list' },
    { page: 'conversation', id: 'c1' },
    { page: 'conversation', id: 'with/slash and blank%' },
    { page: 'conversation', id: 'c1', name: 'lea.m' },
    { page: 'details', id: 'ü/?#' },
    { page: 'people' },
    { page: 'new_group' },
    { page: 'settings', section: '' },
    { page: 'settings', section: 'devices' },
];

test.each(places)('an address leads back to its place: %j', (place) => {
    expect(parseRoute(routeHref(place))).toEqual(place);
});

test.each(['', '#', '#/', '#/nowhere', '#/c', '#/c/', '#/c/%E0%A4%A', '#/groups', 'javascript:alert(1)'])(
    'what is no address is the list: %s',
    (hash) => expect(parseRoute(hash)).toEqual({ page: 'list' }),
);

test('one step outward of a part is the whole, of all else the list', () => {
    expect(routeParent({ page: 'details', id: 'c1' })).toEqual({ page: 'conversation', id: 'c1' });
    expect(routeParent({ page: 'settings', section: 'devices' })).toEqual({ page: 'settings', section: '' });
    for (const place of places) {
        const part = place.page === 'details' || (place.page === 'settings' && place.section !== '');
        if (!part) expect(routeParent(place)).toEqual({ page: 'list' });
    }
});
