"""Tools as the prompt shows them: their schema, the compact rendering, and the system turn.

The rendering is the same, byte for byte, in the page (the agent floor), in training and in evaluation.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

CALL_OPEN = "<tool_call>"
CALL_CLOSE = "</tool_call>"
PLAIN_SYSTEM = "Answer the user."


@dataclass(frozen=True)
class Param:
    """One parameter. `role` is what it means to a task; `name` is what the prompt calls it."""

    role: str
    name: str
    type: str = "string"
    required: bool = True
    choices: tuple[str, ...] = ()

    def render(self) -> str:
        """`name: type`, `name?: type` when optional, `a|b|c` for an enumeration."""
        mark = "" if self.required else "?"
        return f"{self.name}{mark}: {'|'.join(self.choices) or self.type}"


@dataclass(frozen=True)
class Tool:
    """A tool that may be listed. `kind` is the ability that a task asks for."""

    kind: str
    name: str
    description: str
    params: tuple[Param, ...]

    def render(self) -> str:
        """Its entry in the tool list: as in code, a comment says what the line below it does.

        The name stands behind its description, where a model that reads from left to right knows what it names.
        """
        return f"# {self.description}\n{self.name}({', '.join(p.render() for p in self.params)})"

    def call(self, roles: dict[str, Any]) -> str:
        """The canonical call, with the values of a task's roles under this tool's own parameter names."""
        return canonical(self.name, {p.name: roles[p.role] for p in self.params if p.role in roles})


def canonical(name: str, arguments: dict[str, Any]) -> str:
    """A call as nano writes it."""
    body = json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False, separators=(",", ":"))
    return f"{CALL_OPEN}{body}{CALL_CLOSE}"


def system_turn(tools: Sequence[Tool]) -> str:
    """The system turn for a tool list; without tools, one short sentence."""
    if not tools:
        return PLAIN_SYSTEM
    lines = ["Answer the user, or call a tool.", "Tools:", *(t.render() for t in tools)]
    lines.append(f'To call: {CALL_OPEN}{{"name":NAME,"arguments":{{PARAM:VALUE}}}}{CALL_CLOSE}')
    return "\n".join(lines)


CODE_EXECUTOR = Tool("code", "code_executor", "Run Python code and return what it prints.", (Param("code", "code"),))
SYMBOLIC_MATH = Tool(
    "algebra",
    "symbolic_math",
    "Do exact algebra with SymPy.",
    (
        Param(
            "operation",
            "operation",
            choices=(
                "simplify",
                "expand",
                "factor",
                "solve",
                "differentiate",
                "integrate",
                "evaluate",
                "limit",
                "series",
            ),
        ),
        Param("expression", "expression"),
        Param("variable", "variable", required=False),
        Param("point", "point", required=False),
    ),
)
WEB_SEARCH = Tool("search", "web_search", "Search the web for facts.", (Param("query", "query"),))
FILE_OPS = Tool(
    "files",
    "file_ops",
    "Read and write files in the workspace.",
    (
        Param("operation", "operation", choices=("read", "write", "append", "list", "delete", "move", "search")),
        Param("path", "path"),
        Param("content", "content", required=False),
        Param("to", "to", required=False),
    ),
)
DEFAULT_TOOLS = (CODE_EXECUTOR, SYMBOLIC_MATH)
BUILT_IN_TOOLS = (CODE_EXECUTOR, SYMBOLIC_MATH, WEB_SEARCH, FILE_OPS)
