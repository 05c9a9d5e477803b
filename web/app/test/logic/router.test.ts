import { afterEach, expect, test } from 'vitest';
import { routeParent } from '../../src/route.js';
import { go, router } from '../../src/router.svelte.js';

afterEach(() => go({ page: 'list' }));

test('one is at the new place at once: two steps outward in a row are two', () => {
    go({ page: 'details', id: 'c1' });
    expect(router.route).toEqual({ page: 'details', id: 'c1' });
    go(routeParent(router.route));
    go(routeParent(router.route));
    expect(router.route).toEqual({ page: 'list' });
    expect(location.hash).toBe('#/');
});

test('to replace a place goes there, too', () => {
    go({ page: 'people' });
    go({ page: 'new_group' }, true);
    expect(router.route).toEqual({ page: 'new_group' });
    expect(location.hash).toBe('#/groups/new');
});

test('an address that somebody else sets is followed', () => {
    location.hash = '#/settings/devices';
    dispatchEvent(new Event('hashchange'));
    expect(router.route).toEqual({ page: 'settings', section: 'devices' });
});
