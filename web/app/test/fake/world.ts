import {
    type ConversationItem,
    isMessage,
    type LogItem,
    type MemberPlace,
    type Outgoing,
    type UserPresence,
} from '@connect-chat/sdk';
import type { GroupMember } from '@connect-chat/sdk/full';
import { LogMaker } from './log.js';
import { me, people } from './people.js';

/** One conversation as the fake keeps it. */
export interface FakeConversation {
    info: ConversationItem;
    log: LogItem[];
    outgoing: Outgoing[];
    members: GroupMember[];
    over: boolean;
    /** How many items of the log's end an opened view shows at first. */
    shown: number;
}

const hour = 3_600_000;
const day = 24 * hour;

const name = (user: string) => people[user] ?? '';
const places = (users: readonly string[], delivered: number, read: number): MemberPlace[] =>
    users.map((user) => ({ user, delivered, read }));

interface Making {
    kind: 'direct' | 'group';
    title: string;
    peer?: string;
    users?: readonly string[];
    log: LogMaker;
    read?: number;
    others?: readonly MemberPlace[];
    more?: Partial<ConversationItem>;
    presence?: UserPresence;
}

function make(of: Making): FakeConversation {
    const { log } = of;
    const users = of.users ?? [of.peer ?? ''];
    const last = log.items.at(-1);
    const read = of.read ?? log.head;
    const info: ConversationItem = {
        id: log.conversation,
        kind: of.kind,
        title: of.title,
        peer: of.peer ?? '',
        memberCount: users.length + 1,
        role: of.kind === 'group' ? 'owner' : 'member',
        head: log.head,
        ...(last?.type === 'entry' ? { last } : {}),
        delivered: log.head,
        read,
        unread: log.items.filter((item) => isMessage(item) && item.from !== me && item.seq > read).length,
        request: false,
        hidden: false,
        others: of.others ?? places(users, log.head, log.head),
        typing: [],
        ...(of.presence ? { presence: of.presence } : {}),
        ...of.more,
    };
    const members = [me, ...users].map((user, i) => ({
        user,
        username: name(user),
        role: i === 0 ? ('owner' as const) : i === 1 ? ('admin' as const) : ('member' as const),
        since: Date.now() - 20 * day,
    }));
    return { info, log: log.items, outgoing: [], members, over: false, shown: 40 };
}

/** A small world: direct conversations, groups, a request, one that is over. */
export function sampleWorld(now: number): FakeConversation[] {
    const online = (user: string): UserPresence => ({ user, online: true });
    const anna = new LogMaker('c-anna', now - 3 * day)
        .talk([me, 'u-anna'], 160, 9)
        .message('u-anna', 'Are you still at the office?', 30);
    anna.message(me, 'Leaving in ten minutes. See you at the station?', 2);
    const team = new LogMaker('c-team', now - 9 * day)
        .line(me, 'created', { users: [me, 'u-anna', 'u-jonas'] })
        .line(me, 'title', { title: 'Autumn catalogue' })
        .line('u-anna', 'added', { user: 'u-priya' })
        .talk(['u-anna', me, 'u-jonas', 'u-priya'], 90, 11)
        .line('u-jonas', 'invited', { user: 'u-tom' })
        .line('u-tom', 'invite_accepted', { user: 'u-tom' })
        .skip(4, 'not_member')
        .message(
            'u-priya',
            'The printer confirmed Thursday. We need the cover by Wednesday noon, final and with the bleed.',
            600,
        )
        .message('u-jonas', 'Cover is with me. I send a proof tonight.', 3)
        .message('u-jonas', 'Two versions, you choose.', 1)
        .message('u-tom', 'Team blue 💙', 12);
    const jonas = new LogMaker('c-jonas', now - 2 * day)
        .talk(['u-jonas', me], 24, 14)
        .message(me, 'Thank you, that helped a lot!', 60);
    const sara = new LogMaker('c-sara', now - 6 * day)
        .talk(['u-sara', me], 12, 30)
        .message('u-sara', 'Photos from Sunday are up', 30);
    const book = new LogMaker('c-book', now - 12 * day)
        .line('u-lea', 'created', { users: ['u-lea', me, 'u-wen'] })
        .talk(['u-lea', 'u-wen', me], 20, 100)
        .line('u-wen', 'title', { title: 'Book club, every second Tuesday' });
    const omar = new LogMaker('c-omar', now - 20 * day).talk([me, 'u-omar'], 6, 20);
    const felix = new LogMaker('c-felix', now - 5 * hour).message(
        'u-new',
        'Hi Maya, we met at the print fair. May I ask you something about paper?',
        1,
    );
    const wen = new LogMaker('c-wen', now - 30 * day).talk(['u-wen', me], 8, 20);
    const old = new LogMaker('c-old', now - 40 * day)
        .line('u-sara', 'created', { users: ['u-sara', me] })
        .talk(['u-sara', me], 9, 20)
        .line('u-sara', 'removed', { user: me });
    const list = [
        make({
            kind: 'direct',
            title: 'anna.lind',
            peer: 'u-anna',
            log: anna,
            others: places(['u-anna'], anna.head, anna.head - 1),
            presence: online('u-anna'),
        }),
        make({
            kind: 'group',
            title: 'Autumn catalogue',
            users: ['u-anna', 'u-jonas', 'u-priya', 'u-tom'],
            log: team,
            read: team.head - 4,
        }),
        make({
            kind: 'direct',
            title: 'jonas',
            peer: 'u-jonas',
            log: jonas,
            others: places(['u-jonas'], jonas.head, jonas.head),
            presence: { user: 'u-jonas', online: false, since: now - 2 * hour },
        }),
        make({ kind: 'direct', title: 'felix_k', peer: 'u-new', log: felix, read: 0, more: { request: true } }),
        make({
            kind: 'direct',
            title: 'sara',
            peer: 'u-sara',
            log: sara,
            read: sara.head - 1,
            presence: online('u-sara'),
        }),
        make({
            kind: 'group',
            title: 'Book club, every second Tuesday',
            users: ['u-lea', 'u-wen'],
            log: book,
            read: book.head - 3,
            more: { mutedUntil: now + 30 * day },
        }),
        make({
            kind: 'direct',
            title: 'wen',
            peer: 'u-wen',
            log: wen,
            others: places(['u-wen'], wen.head - 1, wen.head - 3),
        }),
        make({
            kind: 'direct',
            title: 'omar.h',
            peer: 'u-omar',
            log: omar,
            others: places(['u-omar'], omar.head, omar.head),
        }),
        make({ kind: 'group', title: 'Summer house', users: ['u-sara'], log: old }),
    ];
    const gone = list.at(-1);
    if (gone) gone.over = true;
    return list;
}
