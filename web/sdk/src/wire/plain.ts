import { create } from '@bufbuild/protobuf';
import type { DescEnum, DescField, DescMessage, Message } from '@bufbuild/protobuf';

/** A frame or a part of one as in connect.v1.json: names of the schema, enums as words, 64-bit numbers as numbers. */
export type Plain = Readonly<Record<string, unknown>>;

type Fields = Record<string, unknown>;

/** A message of the schema from a plain object; what it does not name, or names as zero, is not given. */
export function messageOf(desc: DescMessage, plain: Plain): Message {
    const message = create(desc);
    const fields = message as unknown as Fields;
    for (const field of desc.fields) {
        const value = plain[field.name];
        if (value === undefined) continue;
        const inner = field.fieldKind === 'list' ? (value as unknown[]).map(toSchema(field)) : toSchema(field)(value);
        if (field.oneof === undefined) fields[field.localName] = inner;
        else fields[field.oneof.localName] = { case: field.localName, value: inner };
    }
    return message;
}

/** The plain object of a message of the schema. */
export function plainOf(desc: DescMessage, message: Message): Plain {
    const fields = message as unknown as Fields;
    const plain: Fields = {};
    for (const field of desc.fields) {
        const value =
            field.oneof === undefined ? fields[field.localName] : chosen(fields[field.oneof.localName], field);
        if (value === undefined) continue;
        const inner = field.fieldKind === 'list' ? (value as unknown[]).map(toPlain(field)) : toPlain(field)(value);
        if (!isAbsent(inner)) plain[field.name] = inner;
    }
    return plain;
}

function chosen(oneof: unknown, field: DescField): unknown {
    const { case: name, value } = oneof as { case?: string; value?: unknown };
    return name === field.localName ? value : undefined;
}

function toSchema(field: DescField): (value: unknown) => unknown {
    if (field.message !== undefined) {
        const { message } = field;
        return (value) => messageOf(message, value as Plain);
    }
    if (field.enum !== undefined) {
        const { numbers } = wordsOf(field.enum);
        return (value) => numbers.get(value as string) ?? 0;
    }
    return isLong(field) ? (value) => BigInt(value as number) : (value) => value;
}

function toPlain(field: DescField): (value: unknown) => unknown {
    if (field.message !== undefined) {
        const { message } = field;
        return (value) => plainOf(message, value as Message);
    }
    if (field.enum !== undefined) {
        const { words } = wordsOf(field.enum);
        return (value) => words.get(value as number) ?? '';
    }
    return isLong(field) ? (value) => toNumber(value as bigint) : (value) => value;
}

/** All 64-bit fields of the protocol are uint64, below 2^53. */
function isLong(field: DescField): boolean {
    return field.scalar === 4;
}

function toNumber(value: bigint): number {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new RangeError('A number of the frame is above 2^53.');
    return number;
}

function isAbsent(value: unknown): boolean {
    return value === 0 || value === '' || value === false || (Array.isArray(value) && value.length === 0);
}

interface Words {
    readonly numbers: ReadonlyMap<string, number>;
    readonly words: ReadonlyMap<number, string>;
}

const known = /* @__PURE__ */ new WeakMap<DescEnum, Words>();

/** The words of an enum in JSON: its names in lower case without the prefix; none for "unspecified". */
function wordsOf(desc: DescEnum): Words {
    let words = known.get(desc);
    if (words === undefined) {
        const pairs = desc.values.filter((each) => each.number !== 0);
        words = {
            numbers: new Map(pairs.map((each) => [each.localName.toLowerCase(), each.number])),
            words: new Map(pairs.map((each) => [each.number, each.localName.toLowerCase()])),
        };
        known.set(desc, words);
    }
    return words;
}
