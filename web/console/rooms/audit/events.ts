// The events the trail knows by name, by noun, in the order the filter offers them.

export const NOUNS: Readonly<Record<string, readonly string[]>> = {
  person: ["added", "changed", "disabled", "enabled", "signed_in", "signed_out", "sign_in_refused", "password_changed", "password_reset", "totp_on", "totp_off"],
  role: ["added", "changed", "removed"],
  shop: ["added", "changed", "secret_changed"],
  paper: ["added", "changed", "removed"],
  group: ["added", "changed", "removed"],
  shift: ["added", "changed", "removed"],
  roster: ["changed"],
  token: ["added", "removed"],
  setting: ["changed"],
  presence: ["changed", "connected", "disconnected"],
  conversation: ["queued", "assigned", "claimed", "transferred", "taken_over", "requeued", "closed", "left", "timed_out", "reopened", "breached", "slow", "idle", "joined", "customer", "stage", "template", "step", "bargain", "tags", "complaint", "payment", "promise", "priority", "moved", "erased"],
  message: ["undone", "recalled"],
  promise: ["broken"],
  reminder: ["set", "done", "dropped"],
  record: ["kept"],
  rating: ["invited", "given"],
  quick_reply: ["kept", "removed"],
  customer: ["created", "changed", "contact_changed", "revealed", "proved", "renamed", "merged", "blocked", "unblocked", "purchase_recorded", "exported", "erasing", "erased"],
  order: ["created", "changed", "confirmed", "revealed", "erased"],
  product: ["created", "changed"],
  org: ["founded"],
};

/** Nouns whose events happen to a conversation: their subject leads there. */
export const IN_TALK: ReadonlySet<string> = new Set(["conversation", "message", "promise", "reminder", "record", "rating"]);
