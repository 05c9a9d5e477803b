/** HTTP with the user's token. Everything the protocol does over HTTP (section 15) goes through this one door. */
export interface HttpApi {
    /**
     * One request to a path such as `/v1/contacts`. Gives the parsed JSON of the answer, undefined when it has none. Rejects with a
     * ConnectError: the server's refusal, or `unavailable` (retryable) when there was no answer.
     */
    request(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<unknown>;
}
