import { beforeEach, expect, test } from 'vitest';
import { Drafts } from '../src/drafts.svelte.js';

beforeEach(() => localStorage.clear());

test('a draft outlives the page, per user and conversation', () => {
    new Drafts('u1', localStorage).set('c1', 'half a sen');
    expect(new Drafts('u1', localStorage).get('c1')).toBe('half a sen');
    expect(new Drafts('u1', localStorage).get('c2')).toBe('');
    expect(new Drafts('u2', localStorage).get('c1')).toBe('');
});

test('blanks are no draft, and sending ends it', () => {
    const drafts = new Drafts('u1', localStorage);
    drafts.set('c1', 'x');
    drafts.set('c1', ' \n');
    expect(new Drafts('u1', localStorage).get('c1')).toBe('');
});

test('beyond 200 the oldest is forgotten', () => {
    const drafts = new Drafts('u1', localStorage);
    for (let i = 0; i < 201; i++) drafts.set(`c${i}`, 'x');
    expect(drafts.get('c0')).toBe('');
    expect(drafts.get('c1')).toBe('x');
    expect(drafts.get('c200')).toBe('x');
});

test.each(['{', '7', '[["a"],["b",5],["c","kept"]]'])('what was kept by another is not trusted: %s', (kept) => {
    localStorage.setItem('connect:drafts:u1', kept);
    expect(new Drafts('u1', localStorage).get('b')).toBe('');
});

test('without storage it lives until the page is left', () => {
    const drafts = new Drafts('u1', undefined);
    drafts.set('c1', 'x');
    expect(drafts.get('c1')).toBe('x');
});
