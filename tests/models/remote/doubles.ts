import type { Endpoint, GenerateRequest, LoadedModel, RemoteAccess } from "../../../src/protocol/index.ts";
import { getModel } from "../../../src/models/index.ts";
import { loadRemote } from "../../../src/models/remote/remote.ts";
import type { FakeServer } from "./server.ts";

/** Waits that a model made between tries, in milliseconds; nothing is waited for. */
interface Connected {
  model: LoadedModel;
  waits: number[];
}

/** Connects to a fake server, without waiting between tries. */
export async function connect(
  { url }: Pick<FakeServer, "url">,
  change: Partial<Endpoint> = {},
  access: RemoteAccess = {},
): Promise<Connected> {
  const waits: number[] = [];
  const endpoint: Endpoint = { url, api: "chat", model: "tiny", ...change };
  const options = { device: "auto", dtype: "auto", remote: { endpoint, access } } as const;
  const model = await loadRemote(getModel("remote"), options, async (milliseconds) => void waits.push(milliseconds));
  return { model, waits };
}

export function requestOf(change: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    messages: [{ role: "user", content: "Okay, what is 3 * 4?" }],
    tools: [],
    maxTokens: 50,
    temperature: 0,
    topP: 1,
    seed: 1,
    stop: ["</tool_call>"],
    ...change,
  };
}

export const TOOL = {
  name: "code_executor",
  description: "Runs Python.",
  parameters: { type: "object" as const, properties: { code: { type: "string" as const } }, required: ["code"] },
};
