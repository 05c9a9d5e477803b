/** Sample people and what they wrote, for the fake. */
export const me = 'u-me';

export const people: Readonly<Record<string, string>> = {
    [me]: 'maya',
    'u-anna': 'anna.lind',
    'u-jonas': 'jonas',
    'u-priya': 'priya.n',
    'u-tom': 'tom_w',
    'u-sara': 'sara',
    'u-omar': 'omar.h',
    'u-wen': 'wen',
    'u-lea': 'lea.m',
    'u-new': 'felix_k',
};

export const chatter: readonly string[] = [
    'Morning! Did you get the drafts I left on the shared drive?',
    'Yes, reading them now. The second one is lovely.',
    'I was hoping you would say that.',
    'One thing: the opening could be shorter. It takes a while until it says what it is about.',
    'Agreed. I will cut the first paragraph.',
    'Shall we look at it together this afternoon?',
    'After three works for me. I have the dentist at one, and I am told it will be quick, but you know how these things go.',
    'Three thirty then. I bring coffee ☕',
    'Perfect.',
    'Here is the page I meant: https://example.org/typography/line-length?measure=66',
    'Oh, good read. I did not know about the bit with the narrow columns.',
    'מה שלומך? Just testing whether this shows well.',
    'It does!',
    '👍',
];
