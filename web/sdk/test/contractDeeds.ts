import { expect } from 'vitest';
import type { SendHandle } from '../src/api.js';
import type { FullConversation } from '../src/full.js';
import type { ContractRun, Step } from './contractRun.js';

type Deed = (run: ContractRun, step: Step) => unknown;

const inRoom =
    (deed: (room: FullConversation, step: Step, run: ContractRun) => unknown): Deed =>
    async (run, step) =>
        deed(await run.room(step), step, run);

/** What is done. */
export const deeds: Readonly<Record<string, (run: ContractRun, step: Step) => Promise<void>>> = awaited({
    join: (run, step) => run.join(step),
    connect: (run, { who }) => run.connect(run.actor(who)),
    disconnect: (run, { who }) => run.actor(who).client.disconnect(),
    reopen: (run, { who }) => run.actor(who).reopen(),
    kill: (run) => run.server.kill(),
    restart: (run) => run.server.up(),
    deafen: (run, { who }) => run.actor(who).wire.deafen(),
    lose: (run, { who, pushes }) => run.actor(who).wire.lose(pushes),
    cut: (run, { who }) => run.actor(who).wire.cut(),
    refuse_tokens: (run, { who }) => (run.actor(who).isRefused = true),
    give_tokens: (run, { who }) => (run.actor(who).isRefused = false),

    send,
    queue: async (run, step) => {
        for (const text of step.texts) {
            const { sent } = await queue(run, step, text);
            sent.catch(() => undefined);
        }
    },
    read: inRoom((room, { seq }) => room.markRead(seq)),
    typing: inRoom((room) => room.typing()),
    stop_typing: inRoom((room) => room.stopTyping()),

    befriend: async (run, step) => {
        const [one, other] = [run.actor(step.who), run.actor(step.with)];
        await one.client.requestContact(other.id);
        await other.client.acceptContact(one.id);
    },
    block: (run, { who, user }) => run.actor(who).client.block(run.actor(user).id),
    unblock: (run, { who, user }) => run.actor(who).client.unblock(run.actor(user).id),
    privacy: (run, { who, presence, read_receipts: readReceipts }) =>
        run.actor(who).client.setPrivacy({
            ...(presence === undefined ? {} : { presence }),
            ...(readReceipts === undefined ? {} : { readReceipts }),
        }),
    accept_request: inRoom((room) => room.acceptRequest()),
    decline_request: inRoom((room) => room.declineRequest()),

    group: async (run, { who, name, users }) => {
        const { conversation } = await run.actor(who).client.createGroup(name, run.idsOf(users));
        run.groups.set(name, conversation);
    },
    add: inRoom((room, { user }, run) => room.addMembers(run.idsOf([user]))),
    remove: inRoom((room, { user }, run) => room.removeMember(run.actor(user).id)),
    leave: inRoom((room) => room.leave()),
    join_group: inRoom((room, { who }, run) => run.actor(who).client.acceptInvite(room.id)),
    decline_invite: inRoom((room, { who }, run) => run.actor(who).client.declineInvite(room.id)),
});

async function send(run: ContractRun, step: Step): Promise<void> {
    const sending = queue(run, step, step.text.repeat(step.times ?? 1)).then(({ sent }) => sent);
    if (step.refused === undefined) await sending;
    else await expect(sending).rejects.toMatchObject({ word: step.refused, retryable: false });
}

async function queue(run: ContractRun, step: Step, text: string): Promise<SendHandle> {
    const { sends } = run.actor(step.who);
    const list = sends.get(step.in) ?? [];
    sends.set(step.in, list);
    const handle = await (await run.room(step)).send(text);
    const at = list.push(undefined) - 1;
    handle.sent.then(
        (answer) => (list[at] = answer),
        () => undefined,
    );
    return handle;
}

function awaited(given: Record<string, Deed>): Record<string, (run: ContractRun, step: Step) => Promise<void>> {
    return Object.fromEntries(
        Object.entries(given).map(([name, deed]) => [
            name,
            async (run: ContractRun, step: Step) => {
                await deed(run, step);
            },
        ]),
    );
}
