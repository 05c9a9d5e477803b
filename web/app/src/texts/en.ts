/**
 * Every text of the app, but for those of the panels (panels.en.ts). Another language is another file of this shape. Dates and numbers
 * are written by Intl in the language of the browser (logic/format.ts).
 */
import type { Skipped } from '@connect-chat/sdk';
import { list, number } from './format.js';

const plural = (count: number, one: string, other: string) => `${number(count)} ${count === 1 ? one : other}`;

export const t = {
    app: 'Connect',
    close: 'Close',
    back: 'Back',
    cancel: 'Cancel',
    retry: 'Try again',
    loading: 'Loading…',
    you: 'You',
    somebody: 'Someone',
    goneAccount: 'Deleted account',
    more: 'More',
    count: (count: number) => (count > 99 ? '99+' : number(count)),
    unreadCount: (count: number) => (count > 99 ? 'more than 99 unread' : `${number(count)} unread`),
    title: (unread: number) => (unread > 0 ? `(${unread > 99 ? '99+' : unread}) Connect` : 'Connect'),
    notHere: 'This page is not part of this version.',
    partFailed: 'This part could not be loaded. Check the connection and try again.',
    skipToContent: 'Skip to the conversation',

    signIn: {
        welcome: 'Good to see you',
        lead: 'Log in to read and write your messages.',
        leadNew: 'Choose a name others will find you by.',
        newHere: 'Create your account',
        username: 'Username',
        usernameHint: '3 to 32 of a–z, 0–9, dot, dash and underscore',
        password: 'Password',
        passwordHint: 'At least 8 characters',
        logIn: 'Log in',
        signUp: 'Sign up',
        toSignUp: 'New here? Create an account',
        toLogIn: 'Have an account? Log in',
        showPassword: 'Show the password',
        nameMissing: 'Enter your username.',
        nameBad:
            'A username has 3 to 32 characters of a–z, 0–9, dot, dash and underscore, and begins with a letter or digit.',
        passwordMissing: 'Enter your password.',
        passwordShort: 'A password has at least 8 characters.',
        passwordLong: 'A password has at most 128 characters.',
        taken: 'This name is taken. Choose another, or log in if it is yours.',
        takenPerhaps:
            'This name is taken. If it was your first attempt that got through, log in with the password you chose then.',
        unanswered: 'No response. Your account may have been created: try again, or log in.',
        wrong: 'The username or the password is wrong.',
        ended: "You've been logged out. Log in again to continue.",
        disabled: 'This account has been disabled or deleted.',
    },

    state: {
        offline: "You're offline. Messages will go out when you're back.",
        deviceOffline: 'Your device seems to be offline.',
        connecting: 'Connecting…',
        retryIn: (seconds: number) => `Can't reach the server. Retrying in ${plural(seconds, 'second', 'seconds')}.`,
        lost: 'The connection was lost. Trying again…',
        syncing: 'Catching up…',
        live: 'Connected',
        elsewhere: 'Connect was opened elsewhere with this login.',
        useHere: 'Use it here',
        upgrade: 'A new version is available.',
        reload: 'Reload',
        tooMany: 'Too many of your devices are connected. Close Connect on one of them.',
        stopped: 'The connection was ended by the server.',
        connect: 'Connect again',
        forgetful:
            'Your browser does not let this page store anything. You can chat, but when you leave the page you are logged out and unsent messages are lost.',
    },

    nav: {
        conversations: 'Conversations',
        people: 'People',
        peopleCount: (count: number) => `People (${number(count)})`,
        newGroup: 'New group',
        newMessage: 'New message',
        settings: 'Settings',
        shortcuts: 'Keyboard shortcuts',
        logOut: 'Log out',
        menu: (name: string) => `Menu of ${name}`,
    },

    list: {
        label: 'Conversations',
        search: 'Search conversations',
        requests: (count: number) => `Message requests (${number(count)})`,
        waiting: (invites: number, contacts: number) =>
            [
                invites > 0 ? plural(invites, 'group invite', 'group invites') : '',
                contacts > 0 ? plural(contacts, 'contact request', 'contact requests') : '',
            ]
                .filter((part) => part !== '')
                .join(', '),
        contactNews: (name: string) => `${name} sent you a contact request.`,
        empty: 'No conversations yet',
        emptyText: 'Find someone by name and say hello, or bring a few people together in a group.',
        noMatch: (word: string) => `Nothing found for “${word}”`,
        draft: 'Draft:',
        muted: 'muted',
        online: 'online',
        typing: 'typing…',
        typingName: (name: string) => `${name} is typing…`,
        request: 'wants to write to you',
        nothing: 'No messages yet',
        pick: 'Pick a conversation',
        pickText: 'Choose one on the left, or start a new one.',
    },

    line: {
        created: (who: string) => `${who} created the group`,
        createdWith: (who: string, whom: readonly string[]) => `${who} created the group with ${list(whom)}`,
        begun: 'The conversation began',
        added: (who: string, whom: string) => `${who} added ${whom}`,
        removed: (who: string, whom: string) => `${who} removed ${whom}`,
        left: (who: string) => `${who} left`,
        role: (who: string, whom: string, role: string) => `${who} made ${whom} ${role}`,
        title: (who: string, title: string) => `${who} named the group “${title}”`,
        invited: (who: string, whom: string) => `${who} invited ${whom}`,
        inviteAccepted: (who: string) => `${who} joined by invitation`,
        inviteEnded: (whom: string) => `The invitation of ${whom} ended`,
        unknown: 'Something that this version cannot show',
        roles: { member: 'a member', admin: 'an admin', owner: 'the owner' },
        you: 'you',
    },

    chat: {
        log: (title: string) => `Messages with ${title}`,
        begin: 'This is the beginning',
        beginDirect: (name: string) => `This is the beginning of your conversation with ${name}.`,
        beginGroup: (title: string) => `This is the beginning of “${title}”.`,
        sayHello: (name: string) => `Say hello to ${name}.`,
        members: (count: number) => plural(count, 'member', 'members'),
        online: 'online',
        lastSeen: (when: string) => `last seen ${when}`,
        details: 'Details',
        unreadFrom: 'New messages',
        older: 'Loading older messages…',
        olderFailed: 'Older messages could not be loaded.',
        newerFailed: 'Newer messages could not be loaded.',
        jumpUnread: 'Jump to first unread',
        jump: 'Jump to the newest message',
        jumpCount: (count: number) => `Jump to the newest message, ${t.unreadCount(count)}`,
        typing: (names: readonly string[]) =>
            names.length > 2
                ? `${number(names.length)} people are typing…`
                : `${list(names)} ${names.length === 1 ? 'is' : 'are'} typing…`,
        row: (who: string, time: string) => `${who}, ${time}`,
        incoming: (who: string, text: string) => `${who}: ${text}`,
        skippedMany: (count: number) => plural(count, 'message', 'messages'),
        skipped: {
            not_member: (what: string) => `${what} from a time when you were not in this group`,
            expired: (what: string, count: number) => `${what} ${count === 1 ? 'is' : 'are'} no longer available`,
            deleted: (what: string) => `${what} deleted`,
            unknown: (what: string) => `${what} that cannot be shown`,
        } satisfies Record<string, (what: string, count: number) => string> as Readonly<
            Record<Skipped['why'], (what: string, count: number) => string>
        >,
        gone: 'Conversation not found',
        goneText: 'It may no longer exist, or the link is wrong.',
        failedToOpen: 'The conversation could not be opened',
        today: 'Today',
        yesterday: 'Yesterday',
    },

    tick: {
        /** What a number means for a message. */
        refused: {
            102: 'It is too long.',
            203: "You can't message this person.",
            304: "An earlier message wasn't sent.",
            305: 'It waited too long to be sent.',
            306: 'You are no longer in this group.',
        } as Readonly<Record<number, string>>,
        queued: 'Waiting to be sent',
        sending: 'Sending…',
        sent: 'Sent',
        delivered: 'Delivered',
        read: 'Read',
        late: 'Not delivered in time',
        failed: 'Not sent',
        perhaps: 'May not have been sent',
        details: (state: string) => `${state}. Show who has read it`,
        resend: 'Send again',
        discard: 'Discard',
        failedWhy: (why: string) => `Not sent. ${why}`,
        perhapsWhy: (why: string) => `May not have been sent. Check above before sending it again. ${why}`,
    },

    readers: {
        title: 'Message details',
        sentAt: (when: string) => `Sent ${when}`,
        read: (count: number) => `Read by ${number(count)}`,
        delivered: (count: number) => `Delivered to ${number(count)}`,
        waiting: (count: number) => `Not yet delivered to ${number(count)}`,
        late: (count: number) => `Not delivered in time to ${number(count)}`,
        none: 'No one yet',
        hiddenNote: "People who turned off read receipts aren't listed.",
        failed: 'The readers could not be loaded.',
    },

    compose: {
        label: (title: string) => `Message to ${title}`,
        placeholder: 'Write a message',
        send: 'Send',
        left: (count: number) =>
            count >= 0
                ? `${plural(count, 'character', 'characters')} left`
                : `${plural(-count, 'character', 'characters')} too long`,
        tooLong: 'This message is too long. Shorten it, or send it in parts.',
        over: 'You are no longer in this group. You can still read what was written.',
        blocked: (name: string) => `You've blocked ${name}.`,
        unblock: 'Unblock',
        gone: 'This account was deleted. Nothing can be sent to it.',
        failed: 'The message could not be saved for sending.',
    },

    invite: {
        title: (title: string) => `You're invited to “${title}”`,
        text: (who: string, members: number) => `${who} invited you. ${plural(members, 'member', 'members')}.`,
        join: 'Join',
        decline: 'Decline',
        gone: 'This invite is no longer valid.',
        news: (who: string, title: string) => `${who} invited you to “${title}”.`,
    },

    request: {
        title: (name: string) => `${name} would like to write to you`,
        text: 'They see that you have read it only once you accept or reply.',
        accept: 'Accept',
        decline: 'Decline',
        block: 'Block',
        done: 'Accepted',
        declined: (name: string) => `Declined. ${name} is not notified.`,
        blocked: (name: string) => `${name} is blocked.`,
    },

    keys: {
        title: 'Keyboard shortcuts',
        rows: [
            ['?', 'Show this help'],
            ['F6', 'Go to the next part of the page'],
            ['↑ ↓', 'Move in the list'],
            ['Alt ↑ / Alt ↓', 'Previous or next conversation'],
            ['Ctrl K', 'Search conversations'],
            ['Enter', 'Send the message'],
            ['Shift Enter', 'New line'],
            ['Esc', 'Close, or go back'],
        ] as readonly (readonly [string, string])[],
    },

    errors: {
        byCode: {
            0: "Can't reach the server. Check your connection and try again.",
            101: 'The server did not understand this. Reload the page to get the newest version.',
            102: 'That is too large.',
            103: 'This server does not know this action.',
            105: 'This version is too old. Reload the page.',
            201: 'You are no longer logged in. Log in again.',
            202: 'Your login needs to be renewed. Try again.',
            203: "You don't have permission to do this.",
            301: 'This no longer exists.',
            302: 'That value is not allowed.',
            303: 'That already exists, or it has changed in the meantime.',
            306: 'You are no longer a member.',
            307: 'The group is full: 500 members, including invited ones.',
            401: 'Too many requests.',
            402: 'The server is busy.',
            501: 'Something went wrong on the server.',
            502: 'The server cannot do this right now. Nothing was changed.',
            503: 'No response. It may have worked, so check before trying again.',
        } as Readonly<Record<number, string>>,
        unexpected: 'Something went wrong in this app. Reload the page if it happens again.',
        tryLater: 'That did not work. Try again later.',
        numbered: (code: number) => `The server refused this (error ${code}).`,
        tryAgain: (when: string) => `Try again ${when}.`,
        inSeconds: (n: number) => (n === 1 ? 'in a second' : `in ${n} seconds`),
        inMinutes: (n: number) => `in ${n} minutes`,
        inHours: (n: number) => `in ${n} hours`,
    },
};
