import { UserError } from "../../protocol/index.ts";
import type { GivenFile } from "../../share/exchange/index.ts";

/** Far more than a folder that PEFT wrote has, checkpoints included. */
const MOST_FILES = 2000;

/** The files of a choice; those of a folder have its name in their paths. */
export function filesOfChoice(files: Iterable<File>): GivenFile[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** The files of a drop, folders walked through. To be called while the event is handled. UserError: far too many files. */
export async function filesOfDrop({ items }: Pick<DataTransfer, "items">): Promise<GivenFile[]> {
  // All at once: the list is emptied when the event has been handled.
  const dropped = [...items].map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile() }));
  const found: GivenFile[] = [];
  for (const { entry, file } of dropped) {
    if (isFolder(entry)) await walk(entry, entry.name, found);
    else if (file) found.push({ path: file.name, file });
  }
  return found;
}

async function walk(folder: FileSystemDirectoryEntry, path: string, found: GivenFile[]): Promise<void> {
  const reader = folder.createReader();
  const read = () => new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
  // Browsers hand over a folder in portions; the last one is empty.
  for (let entries = await read(); entries.length > 0; entries = await read()) {
    for (const entry of entries) {
      const inside = `${path}/${entry.name}`;
      if (isFolder(entry)) await walk(entry, inside, found);
      else found.push({ path: inside, file: await fileOf(entry as FileSystemFileEntry) });
      if (found.length > MOST_FILES)
        throw new UserError(`${path} holds more than ${MOST_FILES} files: choose the adapter's own folder.`);
    }
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((done, failed) => entry.file(done, failed));
}

function isFolder(entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory ?? false;
}
