import { join, resolve } from "node:path";
import { homeDirectory } from "../../../trainer-server/server/index.ts";

export const CLONE = resolve(import.meta.dirname, "../../..");

/** Where prepared models lie. */
export const base = () => join(homeDirectory(), "models", "base");
