import { expect, test } from 'vitest';
import { piecesOf, safeHref } from '../../src/logic/links.js';

const linked = (text: string) => piecesOf(text).filter((piece) => piece.href !== undefined);

test.each([
    ['see https://example.org/a?b=c#d.', 'https://example.org/a?b=c#d'],
    ['(https://example.org/a)', 'https://example.org/a'],
    ['https://en.example.org/wiki/Tea_(drink), and more', 'https://en.example.org/wiki/Tea_(drink)'],
    ['"http://example.org"', 'http://example.org'],
    ['HTTPS://EXAMPLE.org/x!', 'HTTPS://EXAMPLE.org/x'],
])('in %j the address is found without the sentence around it', (text, address) => {
    expect(linked(text).map((piece) => piece.text)).toEqual([address]);
});

test.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'ftp://example.org',
    'https://',
    'https://bank.example@evil.example/',
    'https://user:pass@evil.example/',
    'xhttps://example.org',
    'file:///etc/passwd',
])('%s leads nowhere', (text) => {
    expect(linked(text)).toEqual([]);
});

test('a mark that turns the direction ends an address', () => {
    expect(linked('https://example.org/\u202egpj.exe').map((piece) => piece.text)).toEqual(['https://example.org/']);
});

test.each([
    '',
    'plain',
    '<img src=x onerror=alert(1)> https://a.example/<b>',
    'https://a.example https://b.example\n\nhttps://c.example)',
    '\ud800 lone https://a.example/\udc00',
    '))))https://a.example))))',
])('no sign is lost or added: %j', (text) => {
    expect(
        piecesOf(text)
            .map((piece) => piece.text)
            .join(''),
    ).toBe(text);
});

test('every piece that leads somewhere leads to http or https', () => {
    const nasty =
        'https://a.example\u0000x https://[::1]:80/ http://例え.example/ https://a.example:99999/ https:////x';
    for (const piece of linked(nasty)) expect(piece.href).toMatch(/^https?:\/\/[^/@]+\//u);
    expect(safeHref('https://a.example:99999/')).toBeUndefined();
});
