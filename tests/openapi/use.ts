// Compiled against the generated types: what a client of each kind of route writes.
import type { components, paths } from "./types";

type Body<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { "application/json": infer B } } };
}
  ? B
  : never;

export const account: Body<"/v1/accounts"> = { username: "alice", password: "correct horse battery" };

export const login: Body<"/v1/tokens"> = { grant: "password", username: "alice", password: "correct horse battery" };

export function newest(page: components["schemas"]["HistoryPage"]): string | undefined {
  return page.entries?.at(-1)?.text;
}

export function wait(problem: components["schemas"]["Problem"]): number {
  const code: number = problem.code;
  return code >= 400 ? (problem.retry_after_ms ?? 0) : 0;
}

type Sent = paths["/v1/conversations/{id}/messages"]["post"]["responses"];

export const sent: Sent[201]["content"]["application/json"] = { cid: "c", conversation: "c", seq: 1, time: 2 };
