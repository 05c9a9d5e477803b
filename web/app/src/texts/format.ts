/** Dates, times and numbers in the language of the browser. */
const language = typeof navigator === 'undefined' ? 'en' : navigator.language;
const numbers = new Intl.NumberFormat(language);
const lists = new Intl.ListFormat(language.startsWith('en') ? language : 'en', { type: 'conjunction' });
const clock = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(language, { weekday: 'short' });
const dayMonth = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
const dayMonthYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' });
const longDay = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
const longDayYear = new Intl.DateTimeFormat(language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
});
const full = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });

export const number = (value: number): string => numbers.format(value);
/** "Ann, Bob and Cem". */
export const list = (words: readonly string[]): string => lists.format(words);
export const timeOfDay = (ms: number): string => clock.format(ms);
export const dateAndTime = (ms: number): string => full.format(ms);

/** The number of a day by the clock on the wall, to see whether two times are of one day. */
export function dayOf(ms: number): number {
    const date = new Date(ms);
    return date.getFullYear() * 10_000 + (date.getMonth() + 1) * 100 + date.getDate();
}

/** How many midnights lie between two times; negative when `ms` is later. */
export function daysAgo(ms: number, now: number): number {
    const midnight = (time: number) => {
        const date = new Date(time);
        return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
    };
    return Math.round((midnight(now) - midnight(ms)) / 86_400_000);
}

/** Short, for a list: the time today, the weekday this week, else the date. */
export function shortTime(ms: number, now: number): string {
    const days = daysAgo(ms, now);
    if (days <= 0) return timeOfDay(ms);
    if (days < 7) return weekday.format(ms);
    return new Date(ms).getFullYear() === new Date(now).getFullYear() ? dayMonth.format(ms) : dayMonthYear.format(ms);
}

/** The heading above the messages of a day. */
export function dayName(ms: number, now: number, words: { today: string; yesterday: string }): string {
    const days = daysAgo(ms, now);
    if (days <= 0) return words.today;
    if (days === 1) return words.yesterday;
    return new Date(ms).getFullYear() === new Date(now).getFullYear() ? longDay.format(ms) : longDayYear.format(ms);
}
