// Every request of the page goes through `request`: same origin, the CSRF token on what changes something, the object's
// etag and a key that makes a repeated POST harmless, and problem+json as exceptions.
import { language } from "@/texts/language";
import { asProblem, Problem, problemOf } from "./problem";

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  etag?: string;
  idempotencyKey?: string;
  accept?: string;
  signal?: AbortSignal;
}

let csrfToken = "";
const signedOutListeners = new Set<() => void>();

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

export function addressOf(path: string, query: RequestOptions["query"] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

function headersOf(options: RequestOptions, method: string): Headers {
  const headers = new Headers({
    Accept: options.accept ?? "application/json, application/problem+json",
    "Accept-Language": language.value,
  });
  if (method !== "GET" && csrfToken) headers.set("X-CSRF-Token", csrfToken);
  if (options.body !== undefined) headers.set("Content-Type", "application/json");
  if (options.etag) headers.set("If-Match", `"${options.etag}"`);
  if (method === "POST") headers.set("Idempotency-Key", options.idempotencyKey ?? newKey());
  return headers;
}

// A key for one intention of the user: whoever repeats a request because its answer was lost passes the same key.
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function answerOf(path: string, options: RequestOptions): Promise<Response> {
  const method = options.method ?? "GET";
  const response = await fetch(addressOf(path, options.query), {
    method,
    headers: headersOf(options, method),
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
    credentials: "same-origin",
    redirect: "error",
    signal: options.signal,
  }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw asProblem(error);
  });
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401) signedOutListeners.forEach((listener) => listener());
  throw problem;
}

export async function request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await answerOf(path, options);
  if (response.status === 204) return undefined as Answer;
  return (await response.json().catch(() => {
    throw new Problem(0, { code: "internal", detail: `the answer of '${path}' is not JSON` });
  })) as Answer;
}

export async function requestBytes(path: string, options: RequestOptions = {}): Promise<ArrayBuffer> {
  const response = await answerOf(path, { accept: "application/octet-stream", ...options });
  return response.arrayBuffer();
}

export async function requestText(path: string, options: RequestOptions = {}): Promise<string> {
  const response = await answerOf(path, { accept: "text/plain", ...options });
  return response.text();
}
