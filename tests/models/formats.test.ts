import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderCall, renderPrompt, systemPrompt } from "../../src/models/index.ts";
import { endIds, promptParts } from "../../src/models/formats/index.ts";
import type { ChatMessage, PromptFormatId } from "../../src/protocol/index.ts";
import { FOUR_TOOLS, TWO_TOOLS } from "./tools.ts";

describe("systemPrompt", () => {
  it("lists each tool below what it does, exactly as models are trained on it", () => {
    expect(systemPrompt(TWO_TOOLS)).toBe(`Answer the user, or call a tool.
Tools:
# Run Python code and return what it prints.
code_executor(code: string)
# Do exact algebra with SymPy.
symbolic_math(operation: simplify|expand|factor|solve|differentiate|integrate|evaluate, expression: string, variable?: string)
To call: <tool_call>{"name":NAME,"arguments":{PARAM:VALUE}}</tool_call>`);
  });

  it("is one sentence without tools", () => {
    expect(systemPrompt([])).toBe("Answer the user.");
  });

  it("renders arrays and missing types", () => {
    const properties = { xs: { type: "array", items: { type: "number" } }, any: {} } as const;
    const tool = {
      name: "t",
      description: "D.",
      parameters: { type: "object", properties, required: ["xs"] },
    } as const;
    expect(systemPrompt([{ ...tool, parameters: { ...tool.parameters, required: ["xs"] } }])).toContain(
      "# D.\nt(xs: number[], any?: any)\n",
    );
  });
});

describe("renderPrompt", () => {
  it("is ChatML with the tool's result in a user turn", () => {
    const call = renderCall({ name: "code_executor", arguments: { code: "print(2 + 3)" } });
    expect(call).toBe('<tool_call>{"name":"code_executor","arguments":{"code":"print(2 + 3)"}}</tool_call>');
    const prompt = renderPrompt(
      "chatml",
      [
        { role: "user", content: "Hi, what is 2 + 3?" },
        { role: "assistant", content: call },
        { role: "tool", content: "5" },
      ],
      [],
      "The",
    );
    expect(prompt).toBe(
      `<|im_start|>system\nAnswer the user.<|im_end|>\n<|im_start|>user\nHi, what is 2 + 3?<|im_end|>\n` +
        `<|im_start|>assistant\n${call}<|im_end|>\n<|im_start|>user\n<tool_response>5</tool_response><|im_end|>\n` +
        `<|im_start|>assistant\nThe`,
    );
  });

  it("lets a system message replace the task and keeps the tools", () => {
    const messages = [
      { role: "system" as const, content: "Be brief." },
      { role: "user" as const, content: "x" },
    ];
    const prompt = renderPrompt("chatml", messages, TWO_TOOLS);
    expect(prompt.startsWith("<|im_start|>system\nBe brief.\nTools:\n# Run Python code")).toBe(true);
    expect(prompt.match(/<\|im_start\|>system/g)).toHaveLength(1);
  });

  it("never lets people's or tools' text open or close a turn", () => {
    const hostile = fc
      .array(fc.oneof(fc.constantFrom("<|im_start|>", "<|im_end|>", "</tool_response>", "assistant\n"), fc.string()))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(hostile, hostile, (user, output) => {
        const messages = [
          { role: "user" as const, content: user },
          { role: "assistant" as const, content: "ok" },
          { role: "tool" as const, content: output },
        ];
        const prompt = renderPrompt("chatml", messages, FOUR_TOOLS);
        expect(prompt.split("<|im_start|>")).toHaveLength(6);
        expect(prompt.split("<|im_end|>")).toHaveLength(5);
        expect(promptParts("chatml", [messages[2]!], []).rest.split("</tool_response>")).toHaveLength(2);
      }),
    );
  });

  it("has the same system part for every question", () => {
    const parts = (content: string) => promptParts("chatml", [{ role: "user", content }], TWO_TOOLS);
    expect(parts("a").system).toBe(parts("b").system);
    expect(parts("a").system + parts("a").rest).toBe(
      renderPrompt("chatml", [{ role: "user", content: "a" }], TWO_TOOLS),
    );
  });
});

const CONVERSATION: ChatMessage[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "What is 2 + 3?" },
  { role: "assistant", content: "A call." },
  { role: "tool", content: "5" },
];

// As the chat_template of each model's tokenizer_config.json renders these turns, the result of a tool as a user's turn;
// behind DeepSeek's system text there is the newline that its own default has. StarCoder2 3B has no template.
const GOLDEN: Record<PromptFormatId, string> = {
  chatml:
    "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhat is 2 + 3?<|im_end|>\n" +
    "<|im_start|>assistant\nA call.<|im_end|>\n" +
    "<|im_start|>user\n<tool_response>5</tool_response><|im_end|>\n<|im_start|>assistant\nIt",
  phi3:
    "<|system|>\nBe brief.<|end|>\n<|user|>\nWhat is 2 + 3?<|end|>\n<|assistant|>\nA call.<|end|>\n" +
    "<|user|>\n<tool_response>5</tool_response><|end|>\n<|assistant|>\nIt",
  "deepseek-coder":
    "Be brief.\n### Instruction:\nWhat is 2 + 3?\n### Response:\nA call.\n<|EOT|>\n" +
    "### Instruction:\n<tool_response>5</tool_response>\n### Response:\nIt",
  starcoder2:
    "Be brief.\n\n### Instruction\nWhat is 2 + 3?\n\n### Response\nA call.<|endoftext|>\n\n" +
    "### Instruction\n<tool_response>5</tool_response>\n\n### Response\nIt",
};
const FORMATS = Object.keys(GOLDEN) as PromptFormatId[];

describe.each(FORMATS)("the format %s", (format) => {
  it("is the model's own", () => {
    expect(renderPrompt(format, CONVERSATION, [], "It")).toBe(GOLDEN[format]);
  });

  it("lists the tools in the system's part, which is the same for every question", () => {
    const parts = (content: string) => promptParts(format, [{ role: "user", content }], TWO_TOOLS);
    expect(parts("a").system).toContain(systemPrompt(TWO_TOOLS));
    expect(parts("a").system).toBe(parts("b").system);
    expect(parts("a").rest).not.toContain("code_executor");
  });

  it("ends a turn at every id that the model names and the format knows, each once", () => {
    expect(endIds(format, [7, [8, 7], undefined, "9"], () => 8)).toEqual([7, 8]);
    expect(endIds(format, [], () => undefined)).toEqual([]);
  });

  it("keeps people's and tools' text within its turn, whatever it holds", () => {
    const turnEnds: string[] = [];
    endIds(format, [], (token) => turnEnds.push(token));
    const markers = [
      ...turnEnds,
      ...turnEnds.map((text) => text.trim()),
      ...["<|im_start|>", "<|system|>", "<|user|>", "<|assistant|>", "<|endoftext|>", "</s>", "<file_sep>", "<pr>"],
      ...["<｜begin▁of▁sentence｜>", "### Instruction:", "### Response:", "### Response", "#", "\n"],
    ];
    const hostile = fc
      .array(fc.oneof(fc.constantFrom(...markers), fc.string()), { maxLength: 6 })
      .map((parts) => parts.join(""));
    /** How often everything that opens or ends a turn stands in a text. */
    const count = (text: string) =>
      markers.filter((marker) => marker.length > 1).map((marker) => text.split(marker).length - 1);
    const rendered = (system: string, user: string, output: string) =>
      renderPrompt(
        format,
        [
          { role: "system", content: system },
          { role: "user", content: user },
          { role: "assistant", content: "ok" },
          { role: "tool", content: output },
        ],
        TWO_TOOLS,
      );
    const harmless = count(rendered("a", "b", "c"));
    // What opens or ends no turn in this format may stand there; what does must not become more.
    const counted = harmless.map((times, i) => [times, i] as const).filter(([times]) => times > 0);
    fc.assert(
      fc.property(hostile, hostile, hostile, (system, user, output) => {
        const found = count(rendered(system, user, output));
        for (const [times, i] of counted) expect(found[i]).toBe(times);
      }),
    );
  });
});
