/// <reference types="vite/client" />
import "vue-router";

declare module "vue-router" {
  interface RouteMeta {
    /** Key of the page's name in the words. */
    title?: string;
    /** The right without which the page is neither listed nor opened. */
    needs?: string;
    /** Rights of which one is enough, in place of `needs`. */
    any?: readonly string[];
    /** Opens without a sign-in. */
    open?: boolean;
    /** Drawn without rail and top bar. */
    bare?: boolean;
    /** Stands as a tab under a place of the rail, from left to right by `at`. */
    tab?: { of: string; at: number };
    /** The name of the tab that a page without one of its own belongs to. */
    under?: string;
  }
}
export {};
