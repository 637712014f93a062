// What a role is called in the reader's language. Built-in roles are kept in Chinese on the server; a renamed role keeps
// its new name.
import { locale } from "@ui/locale";

/** The names every organisation begins with, by key. */
const BUILTIN: Readonly<Record<string, readonly [string, string]>> = {
  owner: ["掌柜", "Owner"],
  supervisor: ["主管", "Supervisor"],
  pre_sale: ["售前客服", "Pre-sale agent"],
  after_sale: ["售后客服", "After-sale agent"],
  auditor: ["审单员", "Order auditor"],
  shipper: ["发货员", "Shipper"],
  checker: ["跟单员", "Order checker"],
  finance: ["财务", "Finance"],
  outsourced: ["外包客服", "Outsourced agent"],
  read_only: ["只读", "Read only"],
};
export function roleName(role: { key: string; name: string }): string {
  const known = BUILTIN[role.key];
  return locale.value === "en" && known?.[0] === role.name ? known[1] : role.name;
}
/** Where only the name is known, as of one's own roles. */
export function roleWord(name: string): string {
  const known = locale.value === "en" ? Object.values(BUILTIN).find(([zh]) => zh === name) : undefined;
  return known ? known[1] : name;
}
