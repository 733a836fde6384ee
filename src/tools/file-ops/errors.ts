import { UserError } from "../../protocol/index.ts";

/** Named as Python names them, where it has a name: code models know what to do about those. */
type Kind =
  | "PathError"
  | "QuotaError"
  | "ContentError"
  | "FileNotFoundError"
  | "FileExistsError"
  | "IsADirectoryError"
  | "NotADirectoryError";

/** What a workspace cannot do: one sentence that a model can learn from, and a person who seeds one. */
export class WorkspaceError extends UserError {
  constructor(kind: Kind, message: string) {
    super(message);
    this.name = kind;
  }
}
