import { request } from "./client";
import type { AnswerOf } from "./contract_types";

// What the user has, and how the machines that answer are used together.
export type Overview = AnswerOf<"get_api_overview">;

export const overview = {
  counts: (signal?: AbortSignal) => request<Overview>("/api/overview", { signal }),
};
