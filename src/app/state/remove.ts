import { complain } from "./complain.ts";
import { store } from "./library.ts";
import { toasts } from "./toasts.svelte.ts";

/** Deletes a run and offers to take that back; `changed` is called after each of the two. */
export async function removeRun(id: string, title: string, changed: () => void): Promise<boolean> {
  try {
    const db = await store();
    await db.deleteRun(id);
    changed();
    const undo = () => void db.restoreRun(id).then(changed, complain);
    toasts.show(`The run of ${title} was deleted.`, { seconds: 10, action: { label: "Undo", run: undo } });
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}
