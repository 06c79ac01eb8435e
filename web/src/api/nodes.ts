import { request } from "./client";
import { part, type AnswerOf, type BodyOf, type Listed } from "./contract_types";

export type ClusterNode = AnswerOf<"get_api_nodes_id">;
export type NodeGpu = ClusterNode["gpus"][number];
export type NodeToken = Required<AnswerOf<"get_api_nodes_tokens">["items"][number]>;
export type MadeNodeToken = AnswerOf<"post_api_nodes_tokens">;

export type NodeChange = BodyOf<"patch_api_nodes_id">;

const at = (node: Pick<ClusterNode, "id">): string => `/api/nodes/${part(node.id)}`;

export const nodes = {
  list: (signal?: AbortSignal) => request<Listed<ClusterNode>>("/api/nodes", { query: { limit: 1000 }, signal }),
  drain: (node: ClusterNode, drain: boolean) => request<ClusterNode>(`${at(node)}/drain`, { method: "POST", body: { drain } }),
  change: (node: ClusterNode, change: NodeChange) => request<ClusterNode>(at(node), { method: "PATCH", body: change }),
  // Has its agent become the master's version of it.
  update: (node: ClusterNode) => request<AnswerOf<"post_api_nodes_id_update">>(`${at(node)}/update`, { method: "POST" }),
  remove: (node: ClusterNode) => request<void>(at(node), { method: "DELETE" }),
  tokens: (signal?: AbortSignal) => request<Listed<NodeToken>>("/api/nodes/tokens", { query: { limit: 200, sort: "-created_at" }, signal }),
  makeToken: (name: string) => request<MadeNodeToken>("/api/nodes/tokens", { method: "POST", body: { name } }),
  revokeToken: (token: NodeToken) => request<void>(`/api/nodes/tokens/${part(token.id)}`, { method: "DELETE" }),
};
