import type { Sample } from "../../protocol/index.ts";
import { goldAnswerOf } from "../../data/training/index.ts";
import { toJsonl } from "../parse.ts";
import { ofSplit, plainName, type DatasetExport, type ExportOptions } from "./export.ts";
import { GRADING, literal } from "./python.ts";

/** Samples for Inspect (UK AI Security Institute), and two tasks that read them: which tool is called, and is the answer right. */
export const inspect: DatasetExport = {
  id: "inspect",
  title: "Inspect, samples and tasks",
  extension: "",
  files: async (samples, options) => {
    const rows = ofSplit(samples, options).map((sample) => rowOf(sample, options));
    return [
      { name: "samples.jsonl", text: toJsonl(rows) },
      { name: "grading.py", text: GRADING },
      { name: "task.py", text: taskOf(plainName(options.name)) },
    ];
  },
};

function rowOf(sample: Sample, { tools }: ExportOptions) {
  const { id, prompt, ...rest } = sample;
  const listed = (sample.tools ?? tools).map(({ name, description, parameters }) => ({
    name,
    description,
    parameters,
  }));
  return { id, input: prompt, target: goldAnswerOf(sample) ?? "", metadata: { ...rest, tools: listed } };
}

const taskOf = (name: string) => `"""${name} for Inspect: inspect eval task.py@decision, or task.py@answer."""

from pathlib import Path

from grading import grade
from inspect_ai import Task, task
from inspect_ai.dataset import json_dataset
from inspect_ai.scorer import Score, accuracy, scorer, stderr
from inspect_ai.solver import generate, solver
from inspect_ai.tool import ToolDef, ToolParams
from inspect_ai.util import JSONSchema

SAMPLES = str(Path(__file__).parent / "samples.jsonl")


async def not_run(**arguments) -> str:
    raise RuntimeError("This task asks for the decision only: no tool is run.")


def listed(tool):
    schema = tool["parameters"]
    # Inspect wants a description of each parameter.
    described = {name: {"description": name, **one} for name, one in schema.get("properties", {}).items()}
    properties = {name: JSONSchema.model_validate(one) for name, one in described.items()}
    parameters = ToolParams(properties=properties, required=schema.get("required", []))
    return ToolDef(not_run, name=tool["name"], description=tool["description"], parameters=parameters).as_tool()


@solver
def list_tools():
    async def solve(state, generate):
        state.tools = [listed(tool) for tool in state.metadata["tools"]]
        return state

    return solve


@scorer(metrics=[accuracy(), stderr()])
def first_decision():
    """The first tool that is called, or none, is the best one."""

    async def score(state, target):
        calls = state.output.message.tool_calls or []
        decision = calls[0].function if calls else "none"
        return Score(value=decision == state.metadata["optimal_tool"], answer=decision)

    return score


@scorer(metrics=[accuracy(), stderr()])
def own_answer():
    """The answer passes the sample's check."""

    async def score(state, target):
        check = state.metadata.get("check") or {}
        answer = state.output.completion
        return Score(value=grade(answer, target.text, check, state.input_text), answer=answer)

    return score


@task
def decision():
    return Task(
        dataset=json_dataset(SAMPLES, name=${literal(name)}),
        solver=[list_tools(), generate(tool_calls="none")],
        scorer=first_decision(),
    )


@task
def answer():
    """Without tools; samples that are judged by their calls are left out."""
    dataset = json_dataset(SAMPLES, name=${literal(name)})
    is_answer = lambda sample: (sample.metadata.get("check") or {}).get("kind") != "calls"
    return Task(dataset=dataset.filter(is_answer), solver=generate(), scorer=own_answer())
`;
