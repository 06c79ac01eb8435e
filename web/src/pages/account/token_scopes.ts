// What a token may. The names are the permissions of the routes (x-permission of /openapi.json).
import type { Role } from "@/api/users";
import type { scopeTexts } from "./texts";

export type Scope = keyof typeof scopeTexts;

const EVERYBODY: Scope[] = ["tasks.read", "tasks.write", "experiments.read", "experiments.write", "datasets.read", "datasets.write", "components.read", "models.read", "models.write", "objects.write", "nodes.read", "metrics.read", "account"];
const ADMINISTRATORS: Scope[] = ["nodes.manage", "users.manage", "audit.read", "settings.manage", "storage.manage"];

export function scopesOf(role: Role): Scope[] {
  return role === "super_admin" ? [...EVERYBODY, ...ADMINISTRATORS] : EVERYBODY;
}

export const DAYS = [1, 7, 30, 90, 365];
export const USUAL_DAYS = 90;
