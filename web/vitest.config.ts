// One run for the whole of web/: ui, api, console and widget, in happy-dom.
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import Components from "unplugin-vue-components/vite";
import { ElementPlusResolver } from "unplugin-vue-components/resolvers";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [vue(), Components({ dirs: [], resolvers: [ElementPlusResolver({ importStyle: false })], dts: false })],
  resolve: { alias: { "@ui": here("ui"), "@api": here("api"), "@shell": here("console/shell") } },
  test: {
    environment: "happy-dom",
    include: ["{ui,api,console,widget}/**/*.test.ts"],
    server: { deps: { inline: ["element-plus"] } },
    env: { TZ: "Asia/Shanghai" },
    // they run beside a compiler that has all cores
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
