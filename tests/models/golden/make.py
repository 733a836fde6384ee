"""python make.py TOKENIZER.json OUT.json: what Python's tokenizers make of texts, as the page's tokenizer must.

The texts are chat turns, code, numbers and seeded random Unicode; each row has the text and its ids.
"""

import json
import random
import sys

from tokenizers import Tokenizer

HAND = [
    "",
    " ",
    "\n\n  \t x",
    "Hi, what is 48213 times 9127?",
    "<|im_start|>system\nAnswer the user.<|im_end|>\n<|im_start|>user\nHey<|im_end|>\n<|im_start|>assistant\n",
    '<tool_call>{"name":"code_executor","arguments":{"code":"print(48213 * 9127)"}}</tool_call>',
    '<tool_call>\n{"name": "symbolic_math", "arguments": {"expression": "x**2 + 3*x"}}\n</tool_call>',
    "<tool_response>error: ZeroDivisionError: division by zero</tool_response>",
    "import math\nprint(math.gcd(a, b))  # don't, won't, I'LL, it's",
    "Ünïcödé, 日本語, עברית, 한국어, ελληνικά, 😀👩‍👩‍👧‍👦🏳️‍🌈 e\u0301 \u00a0\u2003\u200b\ufeffend",
    "١٢٣ ½ Ⅷ 2² x₁ 3.14159 1,000,000 0x1F -7e-3",
    "a" * 300,
    "snake_case camelCase __dunder__ $HOME a->b a!=b [[1, 2], [3]] {}()<>|/\\\"'`~^",
    "tabs\tand\r\nwindows\r\nlines \n \n",
    "<|im_start|><|im_end|><|endoftext|><tool_call></tool_call> < | im_start | >",
]
POOL = "aeiou tnrs.,;:()[]{}<>\"'_-+*/=\n 0123456789éüß中文日本😀\u0301\u200d\u00a0"


def texts() -> list[str]:
    rng = random.Random(7)
    drawn = ["".join(rng.choices(POOL, k=rng.randint(1, 60))) for _ in range(60)]
    wild = ["".join(chr(rng.choice([rng.randint(32, 0x2FF), rng.randint(0x3000, 0xD7FF)])) for _ in range(20)) for _ in range(40)]
    return [*HAND, *drawn, *wild]


def main() -> None:
    source, out = sys.argv[1:3]
    tokenizer = Tokenizer.from_file(source)
    rows = [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids} for text in texts()]
    with open(out, "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")


main()
