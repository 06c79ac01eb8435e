import { request } from "./client";
import { part, type AnswerOf, type Listed } from "./contract_types";

type Document = AnswerOf<"get_api_nodes_id">;

// What is known of a GPU, and how it does now; null where its driver does not say.
export interface Gpu {
  index: number;
  name: string;
  memory: number;
  memory_used: number | null;
  utilization: number | null;
  temperature: number | null;
  power: number | null;
}

export interface ClusterNode extends Omit<Document, "facts" | "use" | "gpus"> {
  driver?: string;
  cuda?: string;
  price?: number;
  heartbeats?: boolean[];
  gpus: Partial<Gpu>[];
  facts?: {
    host: string;
    agent_version: string;
    disk: number;
    driver: string;
    cuda: string;
    lacks: string[];
    gpus: Partial<Gpu>[];
    [more: string]: unknown;
  } | null;
  use?: { processor: number; memory: number; disk: number; gpus: Partial<Gpu>[] } | null;
}

export interface NodeToken {
  id: string;
  name: string;
  created_at: number;
  expires_at: number;
  used_at?: number | null;
  uses?: number;
}

export type MadeNodeToken = AnswerOf<"post_api_nodes_tokens">;

export const nodes = {
  list: (signal?: AbortSignal) => request<Listed<ClusterNode>>("/api/nodes", { query: { limit: 1000 }, signal }),
  drain: (node: ClusterNode, drain: boolean) => request<ClusterNode>(`/api/nodes/${part(node.id)}/drain`, { method: "POST", body: { drain } }),
  remove: (node: ClusterNode) => request<void>(`/api/nodes/${part(node.id)}`, { method: "DELETE" }),
  tokens: (signal?: AbortSignal) => request<Listed<NodeToken>>("/api/nodes/tokens", { signal }),
  makeToken: (name: string) => request<MadeNodeToken>("/api/nodes/tokens", { method: "POST", body: { name } }),
  revokeToken: (token: NodeToken) => request<void>(`/api/nodes/tokens/${part(token.id)}`, { method: "DELETE" }),
};
