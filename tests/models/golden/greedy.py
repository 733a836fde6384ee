"""python greedy.py MODEL_DIR OUT.json: PyTorch's greedy tokens for a few conversations, with the stored weights in fp32.

The chat text is written out here a second time on purpose: it pins the page's rendering as well as its decoding.
"""

import hashlib
import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

SYSTEM = """Answer the user, or call a tool.
Tools:
# Run Python code and return what it prints.
code_executor(code: string)
# Do exact algebra with SymPy.
symbolic_math(operation: simplify|expand|factor|solve|differentiate|integrate|evaluate, expression: string, variable?: string)
To call: <tool_call>{"name":NAME,"arguments":{PARAM:VALUE}}</tool_call>"""  # noqa: E501
CALL = '<tool_call>{"name":"code_executor","arguments":{"code":"print(48213 * 9127)"}}</tool_call>'
QUESTIONS = [
    "Hi, what is 48213 times 9127?",
    "Hey, what is 3 + 4?",
    "So, which data structure is last in, first out?",
    "Okay, differentiate x**3 with respect to x.",
    "Listen, how many times does a appear in banana?",
    "Well, name the keyword that defines a function in Python.",
    "Again, compute the sum of 3, 5, 7 and 90.",
    "Now, is 45 larger than 54?",
    "Today, reverse the word algorithm.",
    "Hello, say ünïcödé 日本語 😀 back to me.",
    "Quick one: what is 2 to the power 100 modulo 97?",
]
TOLD = [
    {"role": "user", "content": QUESTIONS[0]},
    {"role": "assistant", "content": CALL},
    {"role": "tool", "content": "440040051"},
]


def conversations() -> list[dict]:
    asked = [{"messages": [{"role": "user", "content": q}], "tools": i % 4 != 3} for i, q in enumerate(QUESTIONS)]
    return [*asked, {"messages": TOLD, "tools": True}]


def render(row: dict) -> str:
    turns = [("system", SYSTEM if row["tools"] else "Answer the user.")]
    for message in row["messages"]:
        told = f"<tool_response>{message['content']}</tool_response>"
        turns.append(("user", told) if message["role"] == "tool" else (message["role"], message["content"]))
    return "".join(f"<|im_start|>{role}\n{content}<|im_end|>\n" for role, content in turns) + "<|im_start|>assistant\n"


def main() -> None:
    source, out = Path(sys.argv[1]), sys.argv[2]
    # Not AutoTokenizer: it would replace the file's pre-tokenizer by the one of the architecture's usual tokenizer.
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    model = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32).eval()
    end = tokenizer.token_to_id("<|im_end|>")
    rows = []
    for row in conversations():
        ids = torch.tensor([tokenizer.encode(render(row), add_special_tokens=False).ids])
        with torch.no_grad():
            told = model.generate(
                input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=40, do_sample=False, eos_token_id=end
            )
        rows.append({**row, "tokens": told[0][ids.shape[1] :].tolist()})
    weights = hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    Path(out).write_text(f'{{"weights":"{weights}","rows":[\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
