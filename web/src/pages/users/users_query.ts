import type { ListQuery } from "@/api/contract_types";

// What is typed is looked for in the e-mails where it holds an '@', in the names otherwise: a filter has no "or".
export function usersQuery(typed: string, sort: string | undefined): ListQuery {
  const text = typed.trim().replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return { q: text === "" ? "" : `${text.includes("@") ? "email" : "name"}~"${text}"`, sort };
}
