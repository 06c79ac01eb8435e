import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [vue(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
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
});
