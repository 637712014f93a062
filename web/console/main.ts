// Puts the console together: words, router, the query cache, the session. Draws nothing itself.
import "@ui/tokens.css";
import "@ui/element.css";
import "@ui/base.css";
import { VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "./App.vue";
import { i18n } from "./i18n";
import { queries } from "@shell/cache";
import { makeRouter } from "./router";

const app = createApp(App);
app.use(createPinia());
app.use(i18n);
app.use(VueQueryPlugin, { queryClient: queries });
app.use(makeRouter());
app.mount("#app");
