/** The domain of pvmon as its host uses it: one inventory, made of all the rest. */
export { type DirtyVisitor, Inventory, type InventorySink } from "./inventory.js";
export type { InventoryOptions } from "./inventory-options.js";
