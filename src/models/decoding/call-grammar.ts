import type { CompiledGrammar, GrammarMatcher } from "@mlc-ai/web-xgrammar";
import { UserError, type ToolSchema } from "../../protocol/index.ts";
import { CALL_CLOSE, CALL_OPEN, callOpening } from "../formats/index.ts";
import type { CallGrammar, OpenGrammar } from "./grammar.ts";
import { byteLevelAlphabet, type Vocabulary } from "./vocabulary.ts";

/**
 * Constrains calls with XGrammar (Dong et al. 2024, arXiv 2411.15100), whose structural tags leave text free until the call
 * marker was written, whatever way the tokens cut it. It is loaded (1.1 MB) by the first request that asks for it.
 *
 * @param ends ids that may end a turn, which a call that was begun must not.
 */
export function grammarOpener(vocabulary: Vocabulary, ends: readonly number[]): OpenGrammar {
  let opening: ReturnType<typeof open> | null = null;
  const compiled = new Map<string, Promise<CompiledGrammar>>();
  return async (tools) => {
    const { library, compiler } = await (opening ??= open(vocabulary, ends));
    const tags = callTags(tools);
    const key = JSON.stringify(tags);
    let grammar = compiled.get(key);
    if (!grammar) compiled.set(key, (grammar = compiler.compileStructuralTag(tags)));
    return new Matcher(await library.GrammarMatcher.createGrammarMatcher(await grammar));
  };
}

async function open(vocabulary: Vocabulary, ends: readonly number[]) {
  const library = await import("@mlc-ai/web-xgrammar");
  const pieces = byteLevelPieces(vocabulary);
  const info = await library.TokenizerInfo.createTokenizerInfo(pieces, "byte_level", false, pieces.length, [...ends]);
  return { library, compiler: await library.GrammarCompiler.createGrammarCompiler(info) };
}

/** Tokens in byte-level's alphabet, in which every byte is a character that survives the way into the library. */
function byteLevelPieces(vocabulary: Vocabulary): string[] {
  const letters = new Map(Array.from(byteLevelAlphabet(), ([letter, byte]) => [byte, letter]));
  return Array.from({ length: vocabulary.size }, (_, id) =>
    Array.from(vocabulary.bytes(id), (byte) => letters.get(byte)!).join(""),
  );
}

/** Behind the marker: the canonical opening of one of the tools, and arguments of its schema. */
function callTags(tools: readonly ToolSchema[]) {
  return {
    type: "structural_tag",
    format: {
      type: "triggered_tags",
      triggers: [CALL_OPEN],
      tags: tools.map(({ name, parameters }) => ({
        type: "tag",
        begin: `${callOpening(name)},"arguments":`,
        content: { type: "json_schema", json_schema: { ...parameters } as Record<string, unknown> },
        end: `}${CALL_CLOSE}`,
      })),
    },
  } as const;
}

class Matcher implements CallGrammar {
  constructor(private readonly matcher: GrammarMatcher) {}

  async mask(logits: Float32Array): Promise<void> {
    const bits = await this.matcher.getNextTokenBitmask();
    for (let id = 0; id < logits.length; id++) if (!((bits[id >> 5]! >> (id & 31)) & 1)) logits[id] = -Infinity;
  }

  accept(id: number): void {
    if (this.matcher.acceptToken(id)) return;
    throw new UserError(
      "What the turn is made to begin with is no call to a listed tool: constrain nothing, or change it.",
    );
  }

  dispose(): void {
    this.matcher.dispose();
  }
}
