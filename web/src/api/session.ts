// Who is signed in.
import { request, setCsrfToken } from "./client";
import type { AnswerOf } from "./contract_types";
import type { Account } from "./users";

export interface Session {
  user: Account;
  // Null where a token asks.
  csrf: string | null;
  version: string;
}

export const session = {
  async current(): Promise<Session> {
    return kept(await request<AnswerOf<"get_api_session">>("/api/session"));
  },
  async signIn(name: string, password: string): Promise<Session> {
    return kept(await request<AnswerOf<"post_api_session">>("/api/session", { method: "POST", body: { name, password } }));
  },
  async signOut(): Promise<void> {
    await request("/api/session", { method: "DELETE" });
    setCsrfToken("");
  },
  // Makes the first administrator and signs him in.
  async setUp(token: string, name: string, password: string, email: string): Promise<Session> {
    await request("/api/setup", { method: "POST", body: { token, name, password, ...(email ? { email } : {}) } });
    return session.signIn(name, password);
  },
};

function kept(answer: AnswerOf<"get_api_session">): Session {
  setCsrfToken(answer.csrf ?? "");
  return answer as unknown as Session;
}
