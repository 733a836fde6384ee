import type { UserTool } from "../../protocol/index.ts";
import { complain } from "../state/complain.ts";
import { store } from "../state/library.ts";
import { toasts } from "../state/toasts.svelte.ts";

/** A tool under the editor, null for a new one, and who is told of its name when it is saved. */
interface Editing {
  tool: UserTool | null;
  onsaved: (name: string) => void;
}

/** The tools that the person wrote; kept in this browser, the same on every page. */
class OwnTools {
  list = $state.raw<UserTool[]>([]);
  /** False until the store was read once. */
  known = $state(false);
  /** What the editor shows; null: it is closed. */
  editing = $state.raw<Editing | null>(null);

  /** Those among these names. */
  among(names: readonly string[]): UserTool[] {
    return this.list.filter((tool) => names.includes(tool.name));
  }

  async load(): Promise<void> {
    this.list = await (await store()).listUserTools();
    this.known = true;
  }

  /** Keeps a tool in the place of the one that was called `before`. */
  async save(tool: UserTool, before?: string): Promise<void> {
    await (await store()).saveUserTool(tool, before);
    await this.load();
  }

  /** Deletes a tool and offers to take that back. */
  async remove(tool: UserTool): Promise<void> {
    await (await store()).deleteUserTool(tool.name);
    await this.load();
    const undo = { label: "Undo", run: () => void this.save(tool).catch(complain) };
    toasts.show(`The tool ${tool.name} was deleted.`, { seconds: 10, action: undo });
  }
}

export const ownTools = new OwnTools();
