import { describe, expect, it } from "vitest";
import { templateSet } from "../../src/data/generator/sets.ts";
import { toolsOfDraft } from "./drafts.ts";
import { CATEGORIES, createRandom, DIFFICULTIES, SPLITS } from "../../src/protocol/index.ts";

const { templates, splitOrder } = await templateSet("tool_use_v1");

describe("the templates of tool_use_v1", () => {
  it("are at least 60, each with a name and a topic", () => {
    expect(templates.length).toBeGreaterThanOrEqual(60);
    expect(new Set(templates.map(({ id }) => id)).size).toBe(templates.length);
    expect(templates.filter(({ topic }) => !topic)).toEqual([]);
  });

  it("have each topic in one split only", () => {
    const splits = new Map<string, Set<string>>();
    for (const { topic = "", split } of templates) splits.set(topic, (splits.get(topic) ?? new Set()).add(split));
    expect([...splits].filter(([, found]) => found.size > 1)).toEqual([]);
  });

  it("fill every category and difficulty of every split with at least two kinds", () => {
    expect(new Set(splitOrder)).toEqual(new Set(SPLITS));
    for (const split of SPLITS)
      for (const category of CATEGORIES)
        for (const difficulty of DIFFICULTIES) {
          const fitting = templates.filter(
            (t) => t.split === split && t.category === category && t.difficulties.includes(difficulty),
          );
          expect(fitting.length, `${split} ${category} ${difficulty}`).toBeGreaterThanOrEqual(2);
        }
  });

  it.each(templates)("$id asks in several ways, each whole, and the same for the same seed", (template) => {
    const shapes = new Set<string>();
    for (const difficulty of template.difficulties) {
      for (let i = 0; i < 40; i++) {
        const draw = () => template.draw(createRandom(`${difficulty}/${i}`), difficulty);
        const { body, reasoning, calls, optimal_tool, alternative_tools, program, answer } = draw();
        expect(draw().body).toBe(body);
        shapes.add(body.replace(/"[^"]*"|\[[^\]]*\]|[\d-]+|\b\w+\.(txt|csv|json|log|md|ini|cfg|tsv)\b/g, "_"));
        expect(body.split(/\s+/).length).toBeLessThanOrEqual(80);
        expect(body).toMatch(/^\S[^]*\S$/);
        expect(body).not.toMatch(/undefined|NaN|\[object|\{\w+\}/);
        expect(reasoning).not.toBe("");
        expect(optimal_tool === "none").toBe(calls.length === 0);
        expect(alternative_tools).not.toContain(optimal_tool);
        // The answer comes from somewhere: calls, a program, or what is known.
        expect(calls.length > 0 || program !== undefined || answer !== undefined).toBe(true);
      }
    }
    expect(shapes.size).toBeGreaterThanOrEqual(4);
  });

  it("show the unseen tools in one split only", () => {
    const seen = { test_tools: new Set<string>(), others: new Set<string>() };
    for (const template of templates) {
      for (let i = 0; i < 20; i++) {
        const draft = template.draw(createRandom(i), template.difficulties[0]!);
        for (const name of toolsOfDraft(draft))
          (template.split === "test_tools" ? seen.test_tools : seen.others).add(name);
      }
    }
    expect(seen.test_tools.size).toBeGreaterThanOrEqual(8);
    expect([...seen.test_tools].filter((name) => seen.others.has(name))).toEqual([]);
  });
});
