// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { precacheList, versionOf } from '../../build/serviceWorker.js';
import { cachePrefix, isDown, outdated, wayOf } from '../../sw/rules.js';

const origin = 'https://chat.example';
const files = new Set(precacheList(['assets/index-abc.js', 'icon.svg']));
const way = (url: string, mode = 'cors', method = 'GET') => wayOf({ url: origin + url, mode, method }, origin, files);

describe('the way of a request', () => {
    test.each([
        ['/', 'page'],
        ['/c/abc', 'page'],
        ['/settings/devices', 'page'],
        ['/?x=1', 'page'],
        ['/v10-is-no-version', 'page'],
        ['/v1/conversations', 'network'],
        ['/v1/me/export', 'network'],
        ['/v1', 'network'],
        ['/openapi/v1.json', 'network'],
        ['/openapi', 'network'],
        ['/openapi.json', 'network'],
        ['/docs', 'network'],
        ['/docs/', 'network'],
        ['/healthz/live', 'network'],
        ['/metrics', 'network'],
        ['/sw.js', 'network'],
    ])('visit %s: %s', (url, expected) => {
        expect(way(url, 'navigate')).toBe(expected);
    });

    test.each([
        ['/assets/index-abc.js', 'asset'],
        ['/icon.svg', 'asset'],
        ['/assets/index-of-another-version.js', 'asset'],
        ['/v1/conversations', 'network'],
        ['/manifest.webmanifest', 'network'],
    ])('fetch %s: %s', (url, expected) => {
        expect(way(url)).toBe(expected);
    });

    test('only GET of this origin', () => {
        expect(way('/assets/index-abc.js', 'cors', 'POST')).toBe('network');
        expect(wayOf({ url: 'https://elsewhere.example/', mode: 'navigate', method: 'GET' }, origin, files)).toBe(
            'network',
        );
    });
});

test('the list holds the start page by its address, and each file once, but no worker, map or large icon', () => {
    const names = ['index.html', 'sw.js', 'assets/b.js', 'assets/a.css', 'assets/a.css', 'assets/b.js.map'];
    expect(precacheList([...names, 'icon-512.png', 'robots.txt', 'favicon.svg'])).toEqual([
        '/',
        '/assets/a.css',
        '/assets/b.js',
        '/favicon.svg',
    ]);
});

test('the version follows the contents and not their order', () => {
    const one = versionOf(
        new Map([
            ['a', '1'],
            ['b', '2'],
        ]),
    );
    const same = new Map([
        ['b', '2'],
        ['a', '1'],
    ]);
    expect(versionOf(same)).toBe(one);
    expect(versionOf(new Map([...same, ['a', '3']]))).not.toBe(one);
    expect(versionOf(new Map([['a', '1b']]))).not.toBe(one);
});

test('of older versions the last one is kept for pages that are still open; foreign caches are left alone', () => {
    const names = ['1', '2', 'other', '3', '4'].map((name) => (name === 'other' ? name : cachePrefix + name));
    expect(outdated(names, `${cachePrefix}4`)).toEqual([`${cachePrefix}1`, `${cachePrefix}2`]);
    expect(outdated([`${cachePrefix}4`], `${cachePrefix}4`)).toEqual([]);
});

test('a server that is down is one for a page, a refusal is not', () => {
    expect([200, 301, 404, 500, 502, 503, 504].map(isDown)).toEqual([false, false, false, false, true, true, true]);
});
