"""The fixed prompts that every conversion is compared on: chats with tools listed, and without."""

from __future__ import annotations

_TOOLS = (
    "# Run Python code and return what it prints.\ncode_executor(code: string)",
    "# Do exact algebra with SymPy.\nsymbolic_math(operation: simplify|expand|factor|solve|differentiate|integrate|"
    "evaluate, expression: string, variable?: string)",
    "# Search the web for facts.\nweb_search(query: string)",
    "# Read and write files in the workspace.\nfile_ops(operation: read|write|append|list|delete, path: string, "
    "content?: string)",
)
_HOW_TO_CALL = 'To call: <tool_call>{"name":NAME,"arguments":{PARAM:VALUE}}</tool_call>'
_PLAIN = "Answer the user."

_WITH_TWO_TOOLS = (
    "Hi, what is 48213 times 9127?",
    "Please compute the sum of the squares of the numbers from 1 to 250.",
    "Could you differentiate x**3 + 2*x with respect to x?",
    "Hey, what is 3 + 4?",
    "How many prime numbers are there below 300?",
    "Solve x**2 - 5*x + 6 = 0 for x.",
    "Okay, reverse the word algorithm.",
    "What does a stack do?",
    "Now, is 45 larger than 54?",
    "Write a Python function that returns the factorial of n.",
)
_WITH_FOUR_TOOLS = (
    "Look up the latest version of Python.",
    "Read the file notes.txt and tell me what is in it.",
    "Find the integral of x*cos(x).",
    "Who wrote Pride and Prejudice?",
    "What is 17 % of 3,450?",
    "List the files in the folder data.",
    "Explain how binary search works.",
    "Search for the current population of Norway.",
)
_WITHOUT_TOOLS = (
    "Explain how quicksort works.",
    "What is the capital of France?",
    "Name three uses of a hash table.",
    "Describe recursion in one sentence.",
    "What is the difference between a list and a tuple in Python?",
    "Give me a recipe for pancakes.",
    "Why is the sky blue?",
    "Translate 'good morning' into Spanish.",
    "Write a haiku about autumn leaves.",
    "So, which data structure is last in, first out?",
)
_TOLD = (
    (
        "Hi, what is 48213 times 9127?",
        '<tool_call>{"name":"code_executor","arguments":{"code":"print(48213 * 9127)"}}</tool_call>',
        "440040051",
    ),
    (
        "Please factor x**2 - 9.",
        '<tool_call>{"name":"symbolic_math","arguments":{"operation":"factor","expression":"x**2 - 9"}}</tool_call>',
        "(x - 3)*(x + 3)",
    ),
    (
        "Compute 12 / 0.",
        '<tool_call>{"name":"code_executor","arguments":{"code":"print(12 / 0)"}}</tool_call>',
        "error: ZeroDivisionError: division by zero",
    ),
    (
        "How many times does a appear in banana?",
        '<tool_call>{"name":"code_executor","arguments":{"code":"print(\'banana\'.count(\'a\'))"}}</tool_call>',
        "3",
    ),
)


def _turn(role: str, content: str) -> str:
    return f"<|im_start|>{role}\n{content}<|im_end|>\n"


def _system(tools: int) -> str:
    if tools == 0:
        return _turn("system", _PLAIN)
    return _turn("system", "\n".join(("Answer the user, or call a tool.", "Tools:", *_TOOLS[:tools], _HOW_TO_CALL)))


def prompts() -> list[tuple[str, str]]:
    """32 prompts as ChatML text, each as the system turn and the rest up to the assistant's header."""
    header = "<|im_start|>assistant\n"
    asked = [(2, text) for text in _WITH_TWO_TOOLS]
    asked += [(4, text) for text in _WITH_FOUR_TOOLS]
    asked += [(0, text) for text in _WITHOUT_TOOLS]
    rows = [(_system(tools), _turn("user", text) + header) for tools, text in asked]
    for question, call, output in _TOLD:
        result = _turn("user", f"<tool_response>{output}</tool_response>")
        rows.append((_system(2), _turn("user", question) + _turn("assistant", call) + result + header))
    return rows
