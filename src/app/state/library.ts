/** The floors below that are fetched when first needed, so that the first page opens fast. */
import type { Store } from "../../store/index.ts";

let opened: Promise<Store> | null = null;

/** The database of this page; opened once. */
export function store(): Promise<Store> {
  opened ??= import("../../store/index.ts").then(({ openStore }) => openStore());
  return opened;
}

export const evaluation = () => import("../../evaluation/index.ts");
export const share = () => import("../../share/index.ts");
export const data = () => import("../../data/index.ts");
