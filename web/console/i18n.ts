// Words in two languages. Each room keeps its own `words.ts`; they are joined here under the room's name.
import { createI18n } from "vue-i18n";
import { locale, type Locale } from "@ui/locale";
import { watch } from "vue";
import shell from "@shell/words";

type Tree = { [key: string]: string | Tree };
export interface Words {
  "zh-CN": Tree;
  en: Tree;
}

const rooms = import.meta.glob<{ default: Words }>("./rooms/*/words.ts", { eager: true });

function joined(tongue: Locale): Tree {
  const all: Tree = { shell: shell[tongue] };
  for (const [path, words] of Object.entries(rooms)) {
    const room = path.split("/")[2];
    if (room) all[room] = words.default[tongue];
  }
  return all;
}

export const i18n = createI18n({
  legacy: false,
  locale: "zh-CN",
  fallbackLocale: "zh-CN",
  messages: { "zh-CN": joined("zh-CN"), en: joined("en") },
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
});

watch(
  locale,
  (tongue) => {
    (i18n.global.locale as unknown as { value: string }).value = tongue;
    document.documentElement.lang = tongue;
  },
  { immediate: true },
);
