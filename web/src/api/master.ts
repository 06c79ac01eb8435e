// The master's operations, by resource.
import { newKey, request, requestBytes, setCsrfToken } from "./client";
import { readCurves, type CurveColumns } from "./curve_columns";
import type * as Shapes from "./shapes";

export interface ListQuery {
  limit?: number;
  cursor?: string | null;
  sort?: string;
  q?: string;
  fields?: string;
}

type List<Item> = Promise<Shapes.Listed<Item>>;

function part(id: string): string {
  return encodeURIComponent(id);
}

export const session = {
  async current(): Promise<Shapes.Session> {
    return kept(await request<Shapes.Session>("/api/session"));
  },
  async signIn(name: string, password: string): Promise<Shapes.Session> {
    return kept(await request<Shapes.Session>("/api/session", { method: "POST", body: { name, password } }));
  },
  async signOut(): Promise<void> {
    await request("/api/session", { method: "DELETE" });
    setCsrfToken("");
  },
  async setUp(token: string, name: string, password: string, email: string): Promise<Shapes.Session> {
    const body = { token, name, password, ...(email ? { email } : {}) };
    return kept(await request<Shapes.Session>("/api/setup", { method: "POST", body }));
  },
};

function kept(answer: Shapes.Session): Shapes.Session {
  setCsrfToken(answer.csrf);
  return answer;
}

export const account = {
  change: (user: Shapes.User, change: { email?: string; password?: string; old_password?: string }) =>
    request<Shapes.User>(`/api/users/${part(user.id)}`, { method: "PATCH", body: change, etag: user.etag }),
};

export const overview = {
  counts: (signal?: AbortSignal) => request<Shapes.Overview>("/api/overview", { signal }),
  alerts: (signal?: AbortSignal) => request<Shapes.Listed<Shapes.Alert>>("/api/alerts", { signal }),
};

export const tasks = {
  list: (query: ListQuery = {}, signal?: AbortSignal): List<Shapes.Task> =>
    request("/api/tasks", { query: { ...query }, signal }),
  get: (id: string, signal?: AbortSignal) => request<Shapes.Task>(`/api/tasks/${part(id)}`, { signal }),
  control: (id: string, action: Shapes.TaskAction, key = newKey()) =>
    request<Shapes.Task>(`/api/tasks/${part(id)}/control`, { method: "POST", body: { action }, idempotencyKey: key }),
  remove: (task: Shapes.Task) =>
    request<void>(`/api/tasks/${part(task.id)}`, { method: "DELETE", etag: task.etag }),
  log: (id: string, from: number, limit: number, signal?: AbortSignal): List<Shapes.LogLine> =>
    request(`/api/tasks/${part(id)}/log`, { query: { from, limit }, signal }),
  events: (id: string, signal?: AbortSignal): List<Shapes.TaskEvent> =>
    request(`/api/tasks/${part(id)}/events`, { signal }),
  logAddress: (id: string) => `/api/tasks/${part(id)}/log?format=text`,
};

export interface CurveQuery {
  names: string[];
  x: "step" | "epoch" | "relative" | "time";
  from?: number | null;
  to?: number | null;
  points: number;
}

export const experiments = {
  list: (query: ListQuery = {}, signal?: AbortSignal): List<Shapes.Experiment> =>
    request("/api/experiments", { query: { ...query }, signal }),
  get: (id: string, signal?: AbortSignal) =>
    request<Shapes.ExperimentDetail>(`/api/experiments/${part(id)}`, { signal }),
  artefacts: (id: string, signal?: AbortSignal): List<Shapes.Artefact> =>
    request(`/api/experiments/${part(id)}/artifacts`, { signal }),
  artefactAddress: (id: string, artefact: string) => `/api/experiments/${part(id)}/artifacts/${part(artefact)}`,
  csvAddress: (query: ListQuery) =>
    `/api/experiments?${new URLSearchParams({ format: "csv", ...(query.q ? { q: query.q } : {}), ...(query.sort ? { sort: query.sort } : {}) })}`,
  async curves(id: string, query: CurveQuery, signal?: AbortSignal): Promise<CurveColumns[]> {
    const { names, ...rest } = query;
    const path = `/api/experiments/${part(id)}/metrics`;
    return readCurves(await requestBytes(path, { query: { names: names.join(","), ...rest }, signal }));
  },
  remove: (experiment: Shapes.Stored) =>
    request<void>(`/api/experiments/${part(experiment.id)}`, { method: "DELETE", etag: experiment.etag }),
};

export const nodes = {
  list: (signal?: AbortSignal): List<Shapes.ClusterNode> => request("/api/nodes", { query: { limit: 1000 }, signal }),
  drain: (node: Shapes.ClusterNode, draining: boolean) =>
    request<Shapes.ClusterNode>(`/api/nodes/${part(node.id)}`, { method: "PATCH", body: { draining }, etag: node.etag }),
  tokens: (signal?: AbortSignal): List<Shapes.NodeToken> => request("/api/nodes/tokens", { signal }),
  makeToken: (name: string) =>
    request<Shapes.MadeNodeToken>("/api/nodes/tokens", { method: "POST", body: { name } }),
  revokeToken: (token: Shapes.NodeToken) =>
    request<void>(`/api/nodes/tokens/${part(token.id)}`, { method: "DELETE", etag: token.etag }),
};
