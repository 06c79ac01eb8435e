import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig(({ mode }) => ({
  plugins: [vue(), tailwindcss()],
  resolve: {
    alias: [
      // The pages of src/dev/ are in no build but that for tests.
      { find: "virtual-dev-pages", replacement: source(mode === "test" ? "dev/pages.ts" : "shell/no_dev_pages.ts") },
      { find: /^@\//, replacement: source("") },
    ],
  },
  // contract/messages lies beside the page.
  server: { fs: { allow: [fileURLToPath(new URL("..", import.meta.url))] } },
  build: {
    target: "es2022",
    // Fonts and pictures stay files: the policy allows data: only for pictures.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
  },
  test: {
    include: ["src/**/*_test.ts"],
    environment: "happy-dom",
    pool: "threads",
    maxWorkers: 2,
    // The first mount of a page compiles it, which takes long on a busy machine.
    testTimeout: 60_000,
  },
}));
