import type { FullClient } from '@connect-chat/sdk/full';
import { panels } from '../../texts/panels.en.js';
import { toast } from '../../ui/toasts.svelte.js';
import type { Question } from '../parts/Confirm.svelte';

/** Asked wherever somebody can be blocked. */
export function blockQuestion(
    client: FullClient,
    user: string,
    name: string,
    afterwards: () => Promise<void> | void = () => undefined,
): Question {
    return {
        title: panels.blocks.blockTitle(name),
        text: panels.blocks.blockText,
        action: panels.blocks.block,
        run: async () => {
            await client.block(user);
            await afterwards();
            toast(panels.blocks.blocked(name));
        },
    };
}
