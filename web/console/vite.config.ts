// Builds the console into web/dist/console, which the server embeds.
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import Components from "unplugin-vue-components/vite";
import { ElementPlusResolver } from "unplugin-vue-components/resolvers";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "/",
  plugins: [
    vue(),
    Components({ dirs: [], resolvers: [ElementPlusResolver({ importStyle: "css" })], dts: false }),
  ],
  resolve: { alias: { "@ui": here("../ui"), "@api": here("../api"), "@shell": here("shell") } },
  build: { outDir: here("../dist/console"), emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 900 },
  server: {
    proxy: {
      "/api": { target: process.env["XIAOER"] ?? "http://127.0.0.1:8080", ws: true, changeOrigin: false },
      "/widget": { target: process.env["XIAOER"] ?? "http://127.0.0.1:8080", ws: true, changeOrigin: false },
    },
  },
});
