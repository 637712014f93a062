// What the wall reads and does. Figures come from the server; presence and waits move with the live frames.
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import type { paths } from "@api/schema";
import { api, asked, ok, type Schemas, type Whole } from "@api/typed";
import type { Conversation } from "@api/types";
import { desk } from "@shell/desk";

type ListState = NonNullable<paths["/api/v1/conversations"]["get"]["parameters"]["query"]>["state"];
export type Wall = Whole<Schemas["Wall"]>;
export type WallAgent = Wall["agents"][number];

export function useWall(shop: MaybeRefOrGetter<number | null>) {
  return useQuery({ queryKey: computed(() => ["wall", toValue(shop)]), staleTime: 5_000, refetchInterval: 15_000, queryFn: ({ signal }) => ok(api.GET("/api/v1/wall", { params: { query: asked({ shop: toValue(shop) }) }, signal })) });
}
/** Days that manners are asked for, today being the first of them. */
export const MANNERS_DAYS = [1, 7, 30] as const;
/** The first moment of so many days, today included. */
export const mannersFrom = (days: number, now = new Date()): number => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1).getTime();
/** How the team speaks. Looked at again when the page comes back, not by the clock: thousands of answers are read. */
export function useManners(shop: MaybeRefOrGetter<number | null>, days: MaybeRefOrGetter<number>) {
  return useQuery({ queryKey: computed(() => ["manners", toValue(shop), toValue(days)]), staleTime: 60_000, queryFn: ({ signal }) => ok(api.GET("/api/v1/manners", { params: { query: asked({ shop: toValue(shop), from: mannersFrom(toValue(days)), until: mannersFrom(0) }) }, signal })) });
}
/** How many of those who were asked for a rating gave one; null while nobody was asked. */
export const rated = (day: Pick<Wall["today"], "invited" | "ratings">): number | null => (day.invited > 0 ? day.ratings / day.invited : null);
/** Puts everybody who waits into the desk, so that the live frames keep the table true. */
export async function readWaiting(shop: number | null): Promise<void> {
  const read = async (query: { tab: "queue" | "all"; state?: ListState; cursor: string | null }): Promise<string | null> => {
    const page = await ok(api.GET("/api/v1/conversations", { params: { query: asked({ shop, limit: 200, ...query }) } }));
    desk.takeConversations(page.items as unknown as Conversation[]);
    return page.next;
  };
  const readAll = async (query: { tab: "queue" | "all"; state?: ListState }, most: number): Promise<void> => {
    let cursor: string | null = null;
    for (let pages = 0; pages < most; pages++) {
      cursor = await read({ ...query, cursor });
      if (!cursor) return;
    }
  };
  await readAll({ tab: "queue" }, 50);
  await readAll({ tab: "all", state: "open" as ListState }, 10);
}
export async function takeOver(c: Conversation): Promise<void> {
  const params = { path: { id: c.id } };
  const taken = await ok(c.state === "queued" ? api.POST("/api/v1/conversations/{id}/claim", { params }) : api.POST("/api/v1/conversations/{id}/take-over", { params }));
  desk.takeConversations([taken as unknown as Conversation]);
}
export async function moveAll(from: number, to: { to_person?: number; to_group?: number }, note: string): Promise<number> {
  const moved = await ok(api.POST("/api/v1/conversations/move", { body: { from_person: from, ...to, note } }));
  desk.takeConversations(moved as unknown as Conversation[]);
  return moved.length;
}
