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

test('each tab keeps what is typed there, and of one conversation the last word counts', () => {
    const [one, two] = [new Drafts('u1', localStorage), new Drafts('u1', localStorage)];
    one.set('ann', 'a long letter');
    two.set('bob', 'something else');
    expect(new Drafts('u1', localStorage).get('ann')).toBe('a long letter');
    expect(new Drafts('u1', localStorage).get('bob')).toBe('something else');
    one.set('bob', 'the last word');
    expect(new Drafts('u1', localStorage).get('bob')).toBe('the last word');
});

test('what was sent in one tab is gone in the others, and stays gone whatever is typed there', () => {
    const [one, two] = [new Drafts('u1', localStorage), new Drafts('u1', localStorage)];
    const end = two.follow();
    const told = (key: string, newValue: string | null) =>
        dispatchEvent(new StorageEvent('storage', { key, newValue, storageArea: localStorage }));
    one.set('bob', 'to be sent');
    told('connect:drafts:u1:bob', localStorage.getItem('connect:drafts:u1:bob'));
    expect(two.get('bob')).toBe('to be sent');
    one.set('bob', '');
    told('connect:drafts:u1:bob', null);
    expect(two.get('bob')).toBe('');
    two.set('ann', 'x');
    expect(new Drafts('u1', localStorage).get('bob')).toBe('');
    end();
});

test('drafts of an earlier version are taken over', () => {
    localStorage.setItem('connect:drafts:u1', '[["ann","half a sen"]]');
    expect(new Drafts('u1', localStorage).get('ann')).toBe('half a sen');
    expect(new Drafts('u1', localStorage).conversations()).toEqual(['ann']);
    expect(localStorage.getItem('connect:drafts:u1')).toBeNull();
});

test('without storage it lives until the page is left', () => {
    const drafts = new Drafts('u1', undefined);
    drafts.set('c1', 'x');
    expect(drafts.get('c1')).toBe('x');
});
