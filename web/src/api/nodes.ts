import { request } from "./client";
import { part, type AnswerOf, type Listed } from "./contract_types";

type Document = AnswerOf<"get_api_nodes_id">;

// A GPU as the API has it; null where its driver does not say, or nothing was heard yet.
export interface NodeGpu {
  uuid: string;
  name: string;
  // Bytes.
  memory: number;
  // Why nothing may be placed on it; empty: it is in order.
  fault: string;
  attempt: number | null;
  memory_used: number | null;
  // 0 to 1.
  utilisation: number | null;
  temperature: number | null;
  power: number | null;
}

export interface NodeUse {
  // 0 to 1, of all cores.
  processor: number;
  memory: number;
  disk: number;
}

export interface NodeFacts {
  host: string;
  agent_version: string;
  agent_sha256: string;
  cores: number;
  memory: number;
  disk: number;
  lacks: string[];
}

export interface ClusterNode extends Omit<Document, "facts" | "use" | "gpus" | "heartbeats"> {
  // Empty: it has none.
  driver: string;
  cuda: string;
  price: number;
  free_cores: number;
  labels: string[];
  given_labels: string[];
  libtorch: string[];
  // Of the last 40 spans of 30 s, the oldest first.
  heartbeats: (boolean | null)[];
  gpus: NodeGpu[];
  facts: NodeFacts | null;
  use: NodeUse | null;
}

export interface NodeToken {
  id: string;
  name: string;
  state: "open" | "used" | "expired" | "revoked";
  created_at: number;
  expires_at: number;
  used_at: number | null;
  revoked_at: number | null;
  owner: string;
  owner_name: string;
}

export type MadeNodeToken = AnswerOf<"post_api_nodes_tokens">;

export interface NodeChange {
  name?: string;
  labels?: string[];
  price?: number;
}

const at = (node: Pick<ClusterNode, "id">): string => `/api/nodes/${part(node.id)}`;

export const nodes = {
  list: (signal?: AbortSignal) => request<Listed<ClusterNode>>("/api/nodes", { query: { limit: 1000 }, signal }),
  drain: (node: ClusterNode, drain: boolean) => request<ClusterNode>(`${at(node)}/drain`, { method: "POST", body: { drain } }),
  change: (node: ClusterNode, change: NodeChange) => request<ClusterNode>(at(node), { method: "PATCH", body: change }),
  // Has its agent become the master's version of it.
  update: (node: ClusterNode) => request<{ id: string; sha256: string; is_current: boolean }>(`${at(node)}/update`, { method: "POST" }),
  remove: (node: ClusterNode) => request<void>(at(node), { method: "DELETE" }),
  tokens: (signal?: AbortSignal) => request<Listed<NodeToken>>("/api/nodes/tokens", { query: { limit: 200, sort: "-created_at" }, signal }),
  makeToken: (name: string) => request<MadeNodeToken>("/api/nodes/tokens", { method: "POST", body: { name } }),
  revokeToken: (token: NodeToken) => request<void>(`/api/nodes/tokens/${part(token.id)}`, { method: "DELETE" }),
};
