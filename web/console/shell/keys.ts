// The keys of the page: rooms say what a key does, `?` lists them, Ctrl+K offers them as actions. A key without
// Ctrl, Alt or Meta is silent while somebody writes. Alt keys go by the key's place, so that a Mac types no signs.
import { onScopeDispose, shallowReactive } from "vue";

export interface KeyAct {
  /** `mod+k`, `alt+t`, `alt+ArrowDown`, `mod+shift+Enter`, `?`, `.`; more than one, parted by a space. */
  keys: string;
  /** Key of the words for what it does. */
  title: string;
  run: () => void;
  /** Shown and working only when true. */
  when?: () => boolean;
  /** Listed for help only; something nearer handles the key. */
  listed?: boolean;
}
export interface KeyGroup {
  title: string;
  acts: KeyAct[];
}

export const keyGroups = shallowReactive<KeyGroup[]>([]);

/** Offers keys while the calling component lives. */
export function useKeys(title: string, acts: KeyAct[]): void {
  const group = { title, acts };
  keyGroups.push(group);
  onScopeDispose(() => {
    const at = keyGroups.indexOf(group);
    if (at >= 0) keyGroups.splice(at, 1);
  });
}

export function writing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Whether a dialog or drawer lay over the page when the key went down; asked before it can close itself. */
let covered = false;
export function noteCover(): void {
  covered = [...document.querySelectorAll<HTMLElement>(".el-overlay")].some((one) => one.style.display !== "none");
}

export function matches(event: KeyboardEvent, key: string): boolean {
  const parts = key.split("+");
  const name = parts.pop() ?? "";
  const mod = parts.includes("mod");
  const alt = parts.includes("alt");
  if ((event.ctrlKey || event.metaKey) !== mod || event.altKey !== alt) return false;
  if (name === "Space") return event.code === "Space" && event.shiftKey === parts.includes("shift");
  if (parts.includes("shift") ? !event.shiftKey : event.shiftKey && (mod || alt)) return false;
  if (name.length === 1 && (alt || mod)) return event.code === (/\d/.test(name) ? `Digit${name}` : `Key${name.toUpperCase()}`) || (mod && event.key === name);
  return event.key === name;
}

/** Runs what the key means; the latest group wins. True when something ran. */
export function pressed(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  // Escape closes one thing: what lies on top closes itself, and the page below stays as it is
  if (covered && event.key === "Escape") return false;
  const busy = writing(event.target);
  for (const group of [...keyGroups].reverse()) {
    for (const act of group.acts) {
      if (act.listed || (act.when && !act.when())) continue;
      for (const key of act.keys.split(" ")) {
        if (busy && !/^(mod|alt)\+/.test(key)) continue;
        if (!matches(event, key)) continue;
        event.preventDefault();
        act.run();
        return true;
      }
    }
  }
  return false;
}

const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES: Record<string, string> = { mod: mac ? "⌘" : "Ctrl", alt: mac ? "⌥" : "Alt", shift: mac ? "⇧" : "Shift", ArrowDown: "↓", ArrowUp: "↑", Enter: "Enter", Escape: "Esc", Space: "Space" };

/** A key as it is written on keyboards. */
export function keyName(key: string): string {
  return key.split("+").map((part) => NAMES[part] ?? part.toUpperCase()).join(mac ? "" : "+");
}
