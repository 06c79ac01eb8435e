// What the master answers where it cannot do what was asked (application/problem+json), as an exception of this page.
export interface Fault {
  path: string;
  message: string;
  found?: unknown;
  allowed?: unknown;
  nearest?: string;
}

export interface ProblemBody {
  code: string;
  title: string;
  detail?: string;
  faults?: Fault[];
  request?: string;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly faults: Fault[];
  readonly request: string;
  readonly retryAfter: number | null;

  constructor(status: number, body: Partial<ProblemBody>, retryAfter: number | null = null) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? "";
    this.title = body.title ?? "";
    this.detail = body.detail ?? "";
    this.faults = Array.isArray(body.faults) ? body.faults : [];
    this.request = body.request ?? "";
    this.retryAfter = retryAfter;
  }

  // No answer came at all; the request may or may not have been carried out.
  get unreachable(): boolean {
    return this.status === 0;
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, { code: "unavailable", detail: error instanceof Error ? error.message : String(error) });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export async function problemOf(response: Response): Promise<Problem> {
  const wait = Number(response.headers.get("Retry-After") ?? NaN);
  const retryAfter = Number.isFinite(wait) ? wait : null;
  const body: unknown = await response.json().catch(() => ({}));
  return new Problem(response.status, isObject(body) ? (body as Partial<ProblemBody>) : {}, retryAfter);
}
