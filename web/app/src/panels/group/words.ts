import type { NewGroup } from '@connect-chat/sdk/full';
import { list } from '../../texts/format.js';
import { panels } from '../../texts/panels.en.js';
import { titleFault } from '../logic/names.js';

export interface Named {
    readonly id: string;
    readonly name: string;
}

/** Who was added and who was invited, in words; empty when nobody was chosen. */
export function outcome(group: NewGroup, chosen: readonly Named[]): string {
    if (chosen.length === 0) return '';
    // The creator is among the first members.
    const names = (ids: readonly string[]) => chosen.filter((one) => ids.includes(one.id)).map((one) => one.name);
    const added = names(group.added);
    const invited = names(group.invited);
    const parts = [
        added.length > 0 ? panels.group.added(list(added)) : '',
        invited.length > 0 ? panels.group.invited(list(invited)) : '',
    ].filter((part) => part !== '');
    return parts.length > 0 ? parts.join(' ') : panels.group.nobodyNew;
}

/** What is wrong with a title, in words; empty when nothing is. */
export function titleFaultText(title: string): string {
    const fault = titleFault(title);
    if (fault === 'empty') return panels.group.titleEmpty;
    if (fault === 'too_long') return panels.group.titleTooLong;
    return fault === 'control' ? panels.group.titleControl : '';
}
