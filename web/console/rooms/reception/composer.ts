// What the composer holds and does: the draft, the quote, files on their way, the split of a long text, the promise
// it recognises, and the sending itself. The textarea and its keys belong to Composer.vue.
import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from "vue";
import { useI18n } from "vue-i18n";
import { wordProblem } from "@api/problem";
import type { Message, SendAsk } from "@api/types";
import { locale } from "@ui/locale";
import { bytes } from "@ui/money";
import { hourMinute, serverNow } from "@ui/time";
import { toast } from "@ui/toast";
import { desk } from "@shell/desk";
import { forgetReady, sentReady, takeReady } from "@shell/parcels/tell";
import { useDrafts } from "./drafts";
import { promisedMs } from "./promise";
import { upload, type Uploaded } from "./queries";
import { lengthOf, splitText, TEXT_LIMIT } from "./split";
import { forgetTold, toldIn } from "./talk";

export interface Attachment {
  id: number;
  name: string;
  size: number;
  picture: string | null;
  uploaded: Uploaded | null;
  problem: string | null;
}
export type Mode = "reply" | "note";

/** A text longer than this is offered to be sent in parts. */
const COMFORTABLE = 300;
const FILE_LIMIT = 10 * 1024 * 1024;
const TYPING_EVERY = 3_000;
/** Without a key for so long nobody types any more, ms. */
const TYPING_ENDS = 6_000;

/** Whom a note mentions. After each @ the longest name that fits is meant: “@Lily” does not tell Li. */
export function mentioned(note: string, people: readonly { person: number; name: string }[]): number[] {
  const longest = [...people].filter((one) => one.name).sort((a, b) => b.name.length - a.name.length);
  const meant = note.split("@").slice(1).map((rest) => longest.find((one) => rest.startsWith(one.name)));
  // Two of one name are both told: better once too often than not at all.
  return people.filter((one) => meant.some((found) => found?.name === one.name)).map((one) => one.person);
}

/** `mine`: whether who writes has the talk. */
export function useComposer(id: number, shop: number, mine: () => boolean) {
  const { t } = useI18n();
  const drafts = useDrafts();
  const held = drafts.of(id);
  const mode = ref<Mode>("reply");
  const quote = shallowRef<Message | null>(null);
  const files = reactive<Attachment[]>([]);
  const whole = ref(false);
  const keepPromise = ref(false);
  let nextFile = 1;
  let began = 0;
  let saidTyping = 0;
  let quiet: ReturnType<typeof setTimeout> | undefined;

  const text = computed({
    get: () => (mode.value === "reply" ? held.text : held.note),
    set: (value: string) => {
      if (!value) {
        began = 0;
        if (mode.value === "reply") forgetReady(id);
      } else if (!began) began = serverNow();
      drafts.write(id, mode.value === "reply" ? "text" : "note", value);
      if (mode.value === "reply") sayTyping(value !== "");
    },
  });
  const length = computed(() => lengthOf(text.value));
  const parts = computed(() => {
    const full = text.value.trim();
    if (!full) return [];
    if (length.value > TEXT_LIMIT) return splitText(full, TEXT_LIMIT);
    return length.value > COMFORTABLE && !whole.value && mode.value === "reply" ? splitText(full, COMFORTABLE) : [full];
  });
  const promise = computed(() => (mode.value === "reply" ? promisedMs(text.value) : null));
  // Files go to the buyer, so a note neither carries nor sends them.
  const ready = computed(() => parts.value.length > 0 || (mode.value === "reply" && files.some((f) => f.uploaded)));
  const uploading = computed(() => mode.value === "reply" && files.some((f) => !f.uploaded && !f.problem));

  watch([mode, mine], () => (mode.value === "note" || !mine()) && sayTyping(false));
  watch(promise, (ms) => ms === null && (keepPromise.value = false));
  watch(() => desk.thread(id)?.draft, (draft) => {
    if (draft && (draft.by === null || draft.by === desk.person)) drafts.take(id, draft);
  }, { immediate: true });
  // Words the order desk made ready for this buyer: read, changed and sent by whoever is here.
  const handed = takeReady(id);
  if (handed) {
    began = serverNow();
    drafts.write(id, "text", held.text ? `${held.text}\n${handed}` : handed);
  }

  /** Only who has the talk says that they type: what others put into the box waits there until it is theirs. */
  function sayTyping(on: boolean): void {
    clearTimeout(quiet);
    if (on && mine()) {
      quiet = setTimeout(() => sayTyping(false), TYPING_ENDS);
      if (Date.now() - saidTyping < TYPING_EVERY) return;
      saidTyping = Date.now();
      desk.typing(id, true);
    } else if (saidTyping) {
      saidTyping = 0;
      desk.typing(id, false);
    }
  }

  async function addFiles(list: Iterable<File>): Promise<void> {
    for (const file of list) {
      if (file.size > FILE_LIMIT) {
        toast(t("reception.compose.tooBig", { name: file.name, size: bytes(FILE_LIMIT) }), { tone: "late" });
        continue;
      }
      const one: Attachment = reactive({ id: nextFile++, name: file.name, size: file.size, picture: file.type.startsWith("image/") ? URL.createObjectURL(file) : null, uploaded: null, problem: null });
      files.push(one);
      upload(file, shop).then(
        (uploaded) => (one.uploaded = uploaded),
        (error: unknown) => (one.problem = wordProblem(error, locale.value)),
      );
    }
  }
  function removeFile(fileId: number): void {
    const at = files.findIndex((f) => f.id === fileId);
    const [gone] = at >= 0 ? files.splice(at, 1) : [];
    if (gone?.picture) URL.revokeObjectURL(gone.picture);
  }

  /** Sends what stands in the box; `confirmed` are the rules of the check whose findings were read. False when there was nothing to send. */
  function send(confirmed: string[] = []): boolean {
    if (!ready.value || uploading.value) return false;
    const typed = began ? { typed_ms: Math.max(0, serverNow() - began) } : {};
    if (mode.value === "note") {
      for (const part of splitText(text.value, TEXT_LIMIT)) desk.send({ conversation: id, kind: "note", body: { text: part, mentions: mentioned(part, desk.presences()), whisper: false }, ...typed });
      drafts.clear(id, "note");
    } else {
      // The agent's own word goes with every message of this one go: each of them says anew what is promised.
      const promised = keepPromise.value && promise.value !== null ? { promise_ms: promise.value } : {};
      parts.value.forEach((part, n) => {
        const filled = toldIn(id, part);
        const sent = desk.send({ conversation: id, kind: "text", body: { text: part }, ...(n === 0 && quote.value ? { quote: quote.value.seq } : {}), ...(filled ? { filled } : {}), confirmed, ...promised, ...typed });
        sentReady(id, sent);
      });
      forgetTold(id);
      if (promised.promise_ms) toast(t("reception.done.promised", { time: hourMinute(serverNow() + promised.promise_ms) }));
      drafts.clear(id, "text");
      quote.value = null;
      for (const file of [...files]) {
        if (!file.uploaded) continue;
        sendFile(file.uploaded, null, promised);
        removeFile(file.id);
      }
    }
    began = 0;
    whole.value = keepPromise.value = false;
    sayTyping(false);
    return true;
  }
  function sendFile(up: Uploaded, ms: number | null = null, more: Pick<SendAsk, "promise_ms"> = {}): void {
    if (up.kind === "image") desk.send({ conversation: id, kind: "image", body: { file: up.file, width: up.width ?? 0, height: up.height ?? 0, size: up.size }, ...more });
    else if (up.kind === "voice") desk.send({ conversation: id, kind: "voice", body: { file: up.file, ms: ms ?? 1_000, size: up.size }, ...more });
    else desk.send({ conversation: id, kind: "file", body: { file: up.file, name: up.name, size: up.size, type: up.type }, ...more });
  }
  onScopeDispose(() => {
    sayTyping(false);
    void drafts.save(id);
    files.forEach((f) => f.picture && URL.revokeObjectURL(f.picture));
  });

  return { mode, text, length, parts, quote, files, whole, promise, keepPromise, ready, uploading, addFiles, removeFile, send, sendFile };
}
export type ComposerState = ReturnType<typeof useComposer>;
