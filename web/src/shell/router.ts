import { createRouter, createWebHistory, type RouteRecordRaw, type Router } from "vue-router";
import { watch } from "vue";
import { PAGES } from "./pages";
import { findSession, isAdministrator, session } from "./session";

const routes: RouteRecordRaw[] = [
  ...PAGES.map((page) => ({ name: page.name, path: page.path, component: page.component, meta: { page } })),
  { name: "missing", path: "/:rest(.*)*", component: () => import("./MissingPage.vue") },
];

// Only a path of this origin; `//host` and `/\host` are others.
export function safeReturn(path: unknown): string {
  return typeof path === "string" && /^\/(?![/\\])/.test(path) ? path : "/";
}

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (to, from, kept) => kept ?? (to.path === from.path ? undefined : { top: 0 }),
  });
  router.beforeEach(async (to) => {
    const page = to.meta.page as (typeof PAGES)[number] | undefined;
    if (page?.bare) return true;
    await findSession();
    if (session.value === null) return { name: "sign-in", query: to.fullPath === "/" ? {} : { next: to.fullPath } };
    if (page?.onlyAdministrators && session.value && !isAdministrator.value) return { name: "missing", params: { rest: to.path.slice(1).split("/") }, query: { code: "403" } };
    return true;
  });
  watch(session, (now, before) => {
    const page = router.currentRoute.value.meta.page as (typeof PAGES)[number] | undefined;
    if (now === null && before && !page?.bare) {
      void router.push({ name: "sign-in", query: { next: router.currentRoute.value.fullPath } });
    }
  });
  return router;
}
