// Holds the hand-written shapes of the socket against the server's document: where they part, this does not compile.
// Nothing is exported for use.
import type { Schemas, Whole } from "./typed";
import type { Conversation, Counts, Draft, Message } from "./types";

type Fits<Server, Ours> = Server extends Ours ? true : { server: Server; ours: Ours };
const held: [
  Fits<Omit<Whole<Schemas["Conversation"]>, "last" | "customer">, Omit<Conversation, "last" | "customer">>,
  Fits<Omit<Whole<Schemas["Message"]>, "body" | "kind">, Omit<Message, "body" | "kind">>,
  Fits<Whole<Schemas["Message"]>["kind"], Message["kind"]>,
  Fits<Whole<Schemas["Counts"]>, Counts>,
  Fits<Whole<Schemas["Draft"]>, Draft>,
] = [true, true, true, true, true];
void held;
