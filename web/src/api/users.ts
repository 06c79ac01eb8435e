// Users, and what lets them in: sessions and tokens.
import type { ListQuery, Listed } from "./contract_types";
import { request } from "./client";

export type Role = "super_admin" | "trainer";
export const ROLES: Role[] = ["super_admin", "trainer"];

export interface Account {
  id: string;
  name: string;
  role: Role;
  email: string;
  note: string;
  // Seconds since 1970, here and below.
  created_at: number;
  etag: string;
}

export interface NewAccount {
  name: string;
  password: string;
  role: Role;
  email: string;
  note: string;
}

export interface SignedIn {
  id: string;
  address: string;
  created_at: number;
  expires_at: number;
  current: boolean;
}

export interface Token {
  id: string;
  name: string;
  scopes: string[];
  created_at: number;
  expires_at: number;
  current: boolean;
}

export interface NewToken {
  name: string;
  scopes: string[];
  days: number;
}

// What a request needs of the user that it changes.
type Seen = Pick<Account, "id" | "etag">;

const MOST = 1000;
const address = (id: string): string => `/api/users/${encodeURIComponent(id)}`;

export const users = {
  list: (query: ListQuery = {}, signal?: AbortSignal): Promise<Listed<Account>> => request("/api/users", { query: { ...query }, signal }),
  create: (user: NewAccount): Promise<Account> => request("/api/users", { method: "POST", body: user }),
  change: (user: Seen, change: { email?: string; note?: string }): Promise<Account> => request(address(user.id), { method: "PATCH", body: change, etag: user.etag }),
  setRole: (user: Seen, role: Role): Promise<Account> => request(`${address(user.id)}/role`, { method: "PUT", body: { role }, etag: user.etag }),
  // One's own with the present one; all sessions of the user end.
  setPassword: (id: string, password: string, present = ""): Promise<Account> => request(`${address(id)}/password`, { method: "PUT", body: { password, present } }),
  remove: (user: Seen): Promise<void> => request(address(user.id), { method: "DELETE", etag: user.etag }),
};

export const sessions = {
  list: (signal?: AbortSignal): Promise<Listed<SignedIn>> => request("/api/sessions", { query: { limit: MOST, sort: "-created_at" }, signal }),
  end: (id: string): Promise<void> => request(`/api/sessions/${encodeURIComponent(id)}`, { method: "DELETE" }),
};

export const tokens = {
  list: (signal?: AbortSignal): Promise<Listed<Token>> => request("/api/tokens", { query: { limit: MOST, sort: "-created_at" }, signal }),
  make: (token: NewToken): Promise<Token & { token: string }> => request("/api/tokens", { method: "POST", body: token }),
  revoke: (id: string): Promise<void> => request(`/api/tokens/${encodeURIComponent(id)}`, { method: "DELETE" }),
};
