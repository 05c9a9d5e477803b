import { expect } from 'vitest';
import { Http } from '../harness/http.js';
import { newCid } from '../harness/people.js';
import { scene } from '../harness/stage.js';
import { until } from '../harness/wait.js';

/** Texts that try to be more than text. */
const texts = [
    '<script>globalThis.broken = 1</script>',
    '<img src=x onerror="globalThis.broken = 2">',
    '<svg><script>globalThis.broken = 3</script></svg><a href="javascript:globalThis.broken = 4">click</a>',
    '"><iframe srcdoc="<script>parent.broken = 5</script>"></iframe>',
    'javascript:globalThis.broken=6',
    'javascript://example.com/%0AglobalThis.broken=7',
    'data:text/html,<script>globalThis.broken=8</script>',
    'https://example.com/"onmouseover="globalThis.broken=9',
    'https://example.com/<b>bold</b> and https://user:secret@example.com:8443/a?b=c#d.',
    '{{constructor.constructor("globalThis.broken=10")()}} ${globalThis.broken=11} {@html "x"}',
    '\u202Egnp.exe\u202C and \u2066isolated\u2069 \u200F and \u200B end',
    'line one\nline two\n\n   indented\ttab',
    'A\u2028B\u2029C',
    '👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 e\u0301 \u0301\u0301\u0301',
    'nothing \u0000 between', // NUL
    '\u0001\u0007\u001B[31m bell and escape \u007F',
    'ü'.repeat(4000), // 8,000 bytes
    'x'.repeat(8000),
    '&lt;b&gt; &amp;amp; &#x3C;script&#x3E;',
    '__proto__',
    'constructor',
];

scene('texts that try to break out are shown as text and stored unchanged', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    const conversation = await alice.direct(bob);
    const writer = await stage.loggedIn(alice);
    const reader = await stage.loggedIn(bob);
    await writer.writeTo(bob.name);
    await reader.writeTo(alice.name);
    for (const text of texts) {
        await writer.chat.write(text);
        await reader.chat.shows(text);
        await writer.chat.shows(text);
    }

    expect((await bob.entries(conversation)).map((e) => e.text)).toEqual(texts);
    // What another client may send and nobody can type.
    const others = [' ', '  blanks around  \n', 'carriage\r\nreturn\rs', '\u0000'];
    for (const text of others) {
        await alice.send(conversation, text, bob);
        await reader.chat.shows(text);
        await writer.chat.shows(text);
    }

    expect((await bob.entries(conversation)).map((e) => e.text)).toEqual([...texts, ...others]);
    for (const app of [writer, reader]) {
        await app.page.reload();
        await app.chat.shows(others.at(-1) ?? '');
        expect(await app.chat.all()).toEqual([...texts, ...others]);
        expect(await app.page.evaluate(() => 'broken' in globalThis)).toBe(false);
        await app.go('/');
        await app.list.row(app === writer ? bob.name : alice.name).waitFor();
    }
});

scene('only addresses of the web become links, and they tell the other side nothing', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    const conversation = await alice.direct(bob);
    const app = await stage.loggedIn(bob);
    await app.writeTo(alice.name);
    for (const text of texts.filter((t) => t.includes(':'))) {
        await alice.send(conversation, text, bob);
        await app.chat.shows(text);
    }

    const links = await app.chat.log.locator('article p[dir=auto] a').evaluateAll((all) =>
        (all as HTMLAnchorElement[]).map((a) => ({
            href: a.href,
            rel: a.rel,
            target: a.target,
            text: a.textContent,
        })),
    );
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) {
        expect(link.href).toMatch(/^https?:\/\//);
        expect(link.rel).toContain('noopener');
        expect(link.rel).toContain('noreferrer');
        expect(link.target).toBe('_blank');
    }
});

scene('a name and a title that try to break out are shown as text', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    const title = '<img src=x onerror="globalThis.broken=1"> \u202Edesrever\u202C';
    const group = await alice.group(title, bob);
    const app = await stage.loggedIn(bob);
    await app.list.row(title).waitFor();
    await app.open(group);
    await app.page.getByRole('heading', { name: '<img src=x' }).first().waitFor();
    await app.openDetails(group);
    await app.page.getByRole('main').getByRole('heading', { name: 'Group details' }).waitFor();
    expect(await app.page.evaluate(() => 'broken' in globalThis)).toBe(false);
    expect(await app.page.locator('main img').count()).toBe(0);
});

scene('a byte too many, and halves of characters, are refused with a reason', async (stage) => {
    const [alice, bob] = await stage.people('alice', 'bob');
    await alice.befriend(bob);
    const conversation = await alice.direct(bob);
    const app = await stage.loggedIn(alice);
    await app.writeTo(bob.name);
    await app.chat.composer.fill('x'.repeat(8001));
    await app.says('1 character too long');
    await app.chat.composer.press('Enter');
    await app.says('This message is too long. Shorten it, or send it in parts.');
    expect(await app.chat.composer.inputValue()).toHaveLength(8001);
    await app.chat.composer.fill('ü'.repeat(4001));
    await app.says(/[^0-9]1 character too long/);
    await app.chat.composer.fill('');

    // Over HTTP, where anybody may send anything: a number and a name.
    const http = new Http(stage.place);
    const refused = async (body: string) => {
        const answer = await http.send(
            'POST',
            `/v1/conversations/${conversation}/messages`,
            {
                Authorization: `Bearer ${alice.accessToken}`,
                'Content-Type': 'application/json',
                'Idempotency-Key': newCid(),
            },
            body,
        );
        return (JSON.parse(answer.body.toString()) as { name: string }).name;
    };
    expect(await refused(JSON.stringify({ text: 'x'.repeat(8001), to: bob.id }))).toBe('too_large');
    expect(await refused(`{"text":"half \\ud83d a character","to":"${bob.id}"}`)).toBe('invalid');
    expect(await refused(`{"text":"","to":"${bob.id}"}`)).toBe('invalid');
    http.close();

    // Typed, half a character is shown as what it is: nothing that can be read. It is replaced, or refused in words.
    await app.chat.composer.fill('half \ud83d a character');
    await app.chat.composer.press('Enter');
    await app.chat.send('after the half');
    const stored = (await bob.entries(conversation)).map((e) => e.text);
    expect([['half \uFFFD a character', 'after the half'], ['after the half']]).toContainEqual(stored);
    if (stored.length === 1) {
        await until('a reason', async () => (await app.chat.rows()).some((r) => /^Not sent/.test(r.tick)));
    }
});
