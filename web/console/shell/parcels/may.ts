// Who writes troubles of parcels down and that a buyer was told: those who talk to buyers or work on orders. Pure.
export const mayNote = (can: (right: string) => boolean): boolean => can("orders.see") && (can("reception.talk") || can("orders.edit") || can("orders.audit") || can("orders.ship"));
