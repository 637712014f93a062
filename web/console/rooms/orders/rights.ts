// What one may import: each kind of file takes the right to change what it is of.
const RIGHTS: readonly { kinds: readonly string[]; any: readonly string[] }[] = [
  { kinds: ["orders", "items", "refunds", "waybills", "payments", "reviews"], any: ["orders.edit"] },
  { kinds: ["products", "stock"], any: ["catalogue.edit"] },
  { kinds: ["customers"], any: ["customers.edit"] },
  { kinds: ["chats"], any: ["reception.supervise"] },
];

export function mayImport(can: (right: string) => boolean): boolean {
  return RIGHTS.some((one) => one.any.some(can));
}
export function mayImportKind(kind: string, can: (right: string) => boolean): boolean {
  return RIGHTS.some((one) => one.kinds.includes(kind) && one.any.some(can));
}
