// Something moved at the order desk: lists are read again, a moment later and once for many changes.
import { onScopeDispose } from "vue";
import { desk } from "../desk";
import { spoilDesk } from "./queries";

/** The server asks for once a second at most: counts stand on the rail of many consoles. */
const AFTER_MS = 1_000;

export function useParcelsLive(): void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const off = desk.onPush((push) => {
    if (push.on !== "desk" && push.on !== "desk_alarm") return;
    timer ??= setTimeout(() => {
      timer = null;
      void spoilDesk();
    }, AFTER_MS);
  });
  onScopeDispose(() => {
    off();
    if (timer) clearTimeout(timer);
  });
}
