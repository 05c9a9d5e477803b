import { ErrorCode, errorWord, isRetryable } from '../codes.js';
import { ConnectError } from '../errors.js';

/** What of a problem document (RFC 9457) the protocol defines. */
interface Problem {
    readonly code?: number;
    readonly name?: string;
    readonly title?: string;
    readonly detail?: string;
    readonly retryable?: boolean;
    readonly retry_after_ms?: number;
    readonly field?: string;
}

/** The error that a refused call is. What stands between us and the server may answer too: then the status has to do. */
export async function problemOf(response: Response): Promise<ConnectError> {
    const problem = await readProblem(response);
    const code = isWhole(problem.code) ? problem.code : codeOfStatus(response.status);
    return new ConnectError(
        code,
        typeof problem.name === 'string' ? problem.name : errorWord(code),
        text(problem.detail) || text(problem.title) || `The server answered ${response.status}.`,
        typeof problem.retryable === 'boolean' ? problem.retryable : isRetryable(code),
        isWhole(problem.retry_after_ms) ? problem.retry_after_ms : retryAfterOf(response.headers.get('retry-after')),
        text(problem.field),
    );
}

async function readProblem(response: Response): Promise<Problem> {
    try {
        const value: unknown = await response.json();
        return typeof value === 'object' && value !== null ? value : {};
    } catch {
        return {};
    }
}

/** The number that fits a status best. */
export function codeOfStatus(status: number): number {
    switch (status) {
        case 401:
            return ErrorCode.unauthenticated;
        case 403:
            return ErrorCode.forbidden;
        case 404:
            return ErrorCode.not_found;
        case 409:
            return ErrorCode.conflict;
        case 413:
            return ErrorCode.too_large;
        case 426:
            return ErrorCode.unsupported_version;
        case 429:
            return ErrorCode.rate_limited;
        default:
            return status >= 500 ? ErrorCode.unavailable : ErrorCode.invalid;
    }
}

/** `Retry-After` in milliseconds: seconds, or a date; 0 when there is none to be read. */
export function retryAfterOf(value: string | null, now = Date.now()): number {
    if (value === null || value.trim() === '') return 0;
    const seconds = Number(value);
    const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
    return Number.isFinite(wait) ? Math.max(0, Math.ceil(wait)) : 0;
}

function isWhole(value: unknown): value is number {
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function text(value: unknown): string {
    return typeof value === 'string' ? value : '';
}
