import { createApp } from "vue";
import AppRoot from "@/shell/AppRoot.vue";
import { notify } from "@/shell/notices";
import { makeRouter } from "@/shell/router";
import { listenForKeys } from "@/shell/shortcuts";
import "@/styles/main.css";

const app = createApp(AppRoot);
app.config.errorHandler = (error) => {
  console.error(error);
  notify({ text: error instanceof Error ? error.message : String(error), failed: true });
};
app.use(makeRouter());
listenForKeys();
app.mount("#app");
