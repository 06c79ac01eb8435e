import { computed, shallowRef, watch, type ShallowRef } from "vue";
import { onSignedOut } from "@/api/client";
import { session as sessionApi, type Session } from "@/api/session";
import { asProblem, Problem } from "@/api/problem";
import { linkReport, startLive, stopLive } from "@/live/live";

// undefined until it was asked for, null where nobody is signed in.
export const session: ShallowRef<Session | null | undefined> = shallowRef(undefined);
export const isAdministrator = computed(() => session.value?.user.role === "super_admin");

export function enter(answer: Session): void {
  session.value = answer;
  startLive();
}

export function leave(): void {
  session.value = null;
  stopLive();
}

onSignedOut(leave);

// A socket that is refused does not say why; the session may have ended.
watch(linkReport, ({ state, tries }) => {
  if (session.value && state === "lost" && tries > 0 && tries % 3 === 0) void sessionApi.current().catch(() => undefined);
});

export async function findSession(): Promise<Problem | null> {
  if (session.value !== undefined) return null;
  try {
    enter(await sessionApi.current());
    return null;
  } catch (error) {
    const problem = asProblem(error);
    if (problem.status === 401) session.value = null;
    return problem;
  }
}

export async function signOut(): Promise<void> {
  await sessionApi.signOut().catch(() => undefined);
  leave();
}
