import type { Contact, FullClient, GroupInvite } from '@connect-chat/sdk/full';

/** Somebody invited this user to a group, or asks to be a contact. */
export type PeopleNews =
    { readonly kind: 'invite'; readonly invite: GroupInvite } | { readonly kind: 'contact'; readonly contact: Contact };

type Reader = Pick<FullClient, 'contacts' | 'invites' | 'onEvent' | 'onState' | 'state'>;

/**
 * The invites and contact requests that wait for an answer. They are read when a connection is there (what was pushed meanwhile may
 * be lost) and when the server says that something changed.
 */
export class People {
    invites = $state.raw<readonly GroupInvite[]>([]);
    asked = $state.raw<readonly Contact[]>([]);
    readonly count = $derived(this.invites.length + this.asked.length);
    readonly #listeners = new Set<(news: PeopleNews) => void>();
    #client: Reader | undefined;
    #known: Set<string> | undefined;
    #knownAsked: Set<string> | undefined;
    #reading = false;
    readonly #due = new Set<'invites' | 'contacts'>();

    /** `known`: whether a conversation is in the list, and so no invite. */
    follow(client: Reader, known: (conversation: string) => boolean): () => void {
        this.#client = client;
        const isOfInvite = (id: string) => !known(id) || this.invites.some((invite) => invite.conversation === id);
        const ends = [
            client.onState(({ state }) => {
                if (state === 'live') void this.#read('invites', 'contacts');
            }),
            client.onEvent((event) => {
                if (event.type === 'contact') void this.#read('contacts');
                if (event.type === 'conversation' && (event.over || isOfInvite(event.conversation)))
                    void this.#read('invites');
            }),
        ];
        // Of several tabs one may be live already.
        if (client.state.state === 'live') void this.#read('invites', 'contacts');
        return () => {
            for (const end of ends) end();
            this.#client = this.#known = this.#knownAsked = undefined;
            this.invites = [];
            this.asked = [];
        };
    }

    /** Told of what is new since the login, once. */
    onNews(listener: (news: PeopleNews) => void): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    takeInvites(all: readonly GroupInvite[]): readonly GroupInvite[] {
        const fresh = all.filter((each) => this.#known?.has(each.conversation) === false);
        this.#known = new Set([...(this.#known ?? []), ...all.map((each) => each.conversation)]);
        this.invites = all;
        for (const invite of fresh) this.#tell({ kind: 'invite', invite });
        return all;
    }

    takeContacts(all: readonly Contact[]): readonly Contact[] {
        const asked = all.filter((each) => each.state === 'asked');
        const fresh = asked.filter((each) => this.#knownAsked?.has(each.user) === false);
        this.#knownAsked = new Set(asked.map((each) => each.user));
        this.asked = asked;
        for (const contact of fresh) this.#tell({ kind: 'contact', contact });
        return all;
    }

    /** One at a time; what is asked for meanwhile is read once more afterwards. What fails is read with the next connection. */
    async #read(...what: ('invites' | 'contacts')[]): Promise<void> {
        for (const each of what) this.#due.add(each);
        if (this.#reading) return;
        this.#reading = true;
        for (const each of this.#due) {
            this.#due.delete(each);
            const client = this.#client;
            try {
                if (each === 'invites') {
                    const all = await client?.invites();
                    if (all && client === this.#client) this.takeInvites(all);
                } else {
                    const all = await client?.contacts();
                    if (all && client === this.#client) this.takeContacts(all);
                }
            } catch {
                // Without an answer what is shown stays.
            }
        }
        this.#reading = false;
    }

    #tell(news: PeopleNews): void {
        for (const listener of this.#listeners) listener(news);
    }
}
