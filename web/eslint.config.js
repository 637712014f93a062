// The import table of web/, the same idea as the crates': ui knows nothing of ours, api nothing of ui,
// a room uses ui, api and shell and never another room.
import { defineConfigWithVueTs, vueTsConfigs } from "@vue/eslint-config-typescript";
import vue from "eslint-plugin-vue";

const forbid = (...patterns) => ({
  "no-restricted-imports": ["error", { patterns: patterns.map(([group, message]) => ({ group, message })) }],
});

const rooms = ["reception", "wall", "team", "settings", "audit", "signin", "knowledge", "companion", "orders", "desk", "customers"];

export default defineConfigWithVueTs(
  { ignores: ["dist/**", "node_modules/**", "api/schema.ts"] },
  vue.configs["flat/recommended"],
  vueTsConfigs.recommended,
  {
    rules: {
      "vue/multi-word-component-names": "off",
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/html-self-closing": "off",
      "vue/attributes-order": "off",
      "vue/first-attribute-linebreak": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/html-indent": "off",
      "vue/require-default-prop": "off",
      "vue/no-v-html": "error",
      "vue/max-lines-per-block": ["error", { template: 250, script: 250, style: 250 }],
      "max-lines": ["error", { max: 400 }],
      "no-console": ["error", { allow: ["warn", "error"] }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  { files: ["**/*.vue"], rules: { "max-lines": ["error", { max: 250 }] } },
  { files: ["ui/**"], rules: forbid([["@api/*", "@shell/*", "**/api/*", "**/console/**"], "ui imports nothing of ours"]) },
  { files: ["api/**"], rules: forbid([["@ui/*", "@shell/*", "**/ui/*", "**/console/**"], "api knows nothing of ui or the console"]) },
  { files: ["console/shell/**"], rules: forbid([["**/rooms/**"], "the shell knows rooms only through their routes"]) },
  ...rooms.map((room) => ({
    files: [`console/rooms/${room}/**`],
    rules: forbid(
      [rooms.filter((r) => r !== room).flatMap((r) => [`../${r}/**`, `../../${r}/**`, `**/rooms/${r}/**`]), "a room never imports another room"],
    ),
  })),
  { files: ["**/*.mjs", "**/dev/**", "e2e/**"], rules: { "no-console": "off", "max-lines": "off" } },
);
