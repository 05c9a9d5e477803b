import { newCid, Person } from './people.js';
import type { Server } from './server.js';

/** Who plays in the pictures. */
const cast = ['mira', 'jonas', 'leila', 'tomas', 'nora', 'emil', 'ruth', 'pavel', 'ines', 'oskar'] as const;
export type Name = (typeof cast)[number];

export interface Story {
    readonly ids: { readonly jonas: string; readonly walk: string; readonly refused: string; readonly request: string };
}

type Line = readonly [Name, string];

const weekend: readonly Line[] = [
    ['leila', 'Forecast says dry until Sunday evening 🌤️'],
    ['tomas', 'Then the long way round the lake?'],
    ['mira', 'Yes please. The hut is open again, I asked.'],
    ['leila', 'I can take three people in the car'],
    ['tomas', 'Train for me, I come from the other side'],
];

const walkToday: readonly Line[] = [
    ['nora', 'Can I bring Emil? He has a new camera and wants to try it'],
    ['mira', 'Of course! The more the merrier'],
    ['leila', 'Meet at nine at the station, platform 2. If you miss the train, the next one is at 9:40.'],
    ['tomas', 'Bread and cheese are on me'],
    ['mira', 'I bring the big thermos ☕'],
    ['nora', 'You are the best'],
];

const yesterday: readonly Line[] = [
    ['jonas', 'I read the draft on the train. The second half is really good now.'],
    ['mira', 'Thank you! I was not sure about the ending.'],
    ['jonas', 'Keep it. I would only cut the paragraph about the archive, it stops the story.'],
];

const today: readonly Line[] = [
    ['mira', 'Morning! The archive is gone, you were right'],
    ['jonas', 'Great. When does it have to be at the printer?'],
    ['mira', 'Thursday noon. Ruth sends the cover today: https://example.org/cover-proof'],
    ['jonas', 'The blue one looks wonderful. Where is the photo from?'],
    ['mira', 'From the old harbour, Pavel took it last winter'],
    ['jonas', 'Tell him I want a print of it 🙂'],
    ['mira', 'I will. Lunch at one? Same place?'],
    ['jonas', 'Same place. I am there a bit earlier and get us the table by the window.'],
];

/** Two days of a small circle of friends, told to a server whose clock is moved. */
export async function tell(server: Server): Promise<Story> {
    const day = 86_400;
    const people = new Map<Name, Person>();
    const of = (name: Name): Person => {
        const person = people.get(name);
        if (person === undefined) {
            throw new Error(`${name} is not there`);
        }

        return person;
    };
    let offset = 0;
    const jump = async (seconds: number) => {
        offset = seconds;
        // A node that runs does not take that well.
        await server.kill();
        server.setClock(seconds);
        await server.start();
        for (const [name, person] of people) {
            person.close();
            people.set(name, await Person.login(server, name));
        }
    };
    const say = async (conversation: string, lines: readonly Line[], to?: Person) => {
        for (const [name, text] of lines) {
            const content = to === undefined || to === of(name) ? { text } : { text, to: to.id };
            const key = { 'Idempotency-Key': newCid(Date.now() + offset * 1000) };
            await of(name).call('POST', `/v1/conversations/${conversation}/messages`, content, key);
            offset += 67;
            server.setClock(offset);
        }
    };

    await jump(-1.2 * day);
    for (const name of cast) {
        people.set(name, await Person.register(server, name));
    }

    const mira = () => of('mira');
    const friends: readonly Name[] = ['jonas', 'leila', 'tomas', 'nora', 'emil', 'ruth'];
    await mira().befriend(...friends.map(of));
    await of('leila').befriend(of('tomas'), of('nora'));
    await of('oskar').call('PUT', `/v1/contacts/${mira().id}`);
    const direct = async (name: Name) => mira().direct(of(name));
    const ids = {
        jonas: await direct('jonas'),
        refused: await direct('pavel'),
        request: await direct('ines'),
        walk: '',
    };
    await say(ids.refused, [['mira', 'Jonas wants a print of your harbour photo']], of('pavel'));
    await say(await direct('ruth'), [['ruth', 'The cover is ready, I send the proof tomorrow morning']], mira());
    await say(await direct('emil'), [['emil', 'Which film would you take for snow?']], mira());
    await jump(-0.97 * day);
    ids.walk = await of('leila').group('Lake walk on Saturday', mira(), of('tomas'), of('nora'));
    await say(ids.walk, weekend);
    await say(ids.walk, [['mira', 'Sounds good']]);
    await say(ids.jonas, yesterday, of('mira'));
    await jump(-5400);
    await say(ids.walk, walkToday);
    await say(await direct('nora'), [['nora', 'Emil says thank you for letting him come']], mira());
    await say(
        ids.request,
        [['ines', 'Hello Mira, Ruth gave me your name. I would love to write about your book.']],
        mira(),
    );
    await jump(-1500);
    await say(ids.jonas, today, of('mira'));
    await of('pavel').call('PUT', `/v1/blocks/${mira().id}`);
    await jump(0);
    await of('ruth')
        .group('Book fair 2027', mira(), of('jonas'))
        .catch(() => undefined);
    for (const person of people.values()) {
        person.close();
    }

    return { ids };
}
