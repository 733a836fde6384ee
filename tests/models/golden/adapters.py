"""python adapters.py MODEL_DIR OUT.json: greedy tokens of PyTorch and PEFT with two adapters, in fp32.

The adapters are made from a formula that tests/models/adapters/seeded.ts repeats, so that no weights are kept here. Run
with trainer-server on PYTHONPATH.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from greedy import conversations, render
from peft import PeftModel
from peft.helpers import rescale_adapter_scale
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from trainer.testdata.reference import greedy
from transformers import AutoModelForCausalLM

ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
ADAPTERS = {
    "all": {"r": 8, "lora_alpha": 24, "target_modules": ALL},
    "some": {"r": 20, "lora_alpha": 8, "target_modules": ["v_proj", "down_proj"], "use_rslora": True},
}
# Conversations, adapters (null: the base) and strengths.
USES = [(None, 1.0), ("all", 1.0), ("all", 0.5), ("some", 1.0)]
ROWS = [0, 1, 2, 4, 6, 11]
TOKENS = 24
# Where two choices are closer (in logits), another order of additions may choose otherwise: tokens end there.
ROUNDING = 1e-3


def values(name: str, count: int) -> np.ndarray:
    """`count` numbers from -1/4 to 1/4: Marsaglia's xorshift32, begun with FNV-1a of the tensor's name."""
    state = 2166136261
    for byte in name.encode():
        state = (state ^ byte) * 16777619 % 2**32
    numbers = np.empty(count, np.float32)
    for i in range(count):
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        numbers[i] = (state >> 8) / 2**25 - 1 / 4
    return numbers


def write_adapter(folder: Path, model: torch.nn.Module, config: dict) -> None:
    tensors = {}
    for name, module in model.named_modules():
        if name.rsplit(".", 1)[-1] not in config["target_modules"]:
            continue
        outputs, inputs = module.weight.shape
        for side, shape in (("A", (config["r"], inputs)), ("B", (outputs, config["r"]))):
            key = f"base_model.model.{name}.lora_{side}.weight"
            tensors[key] = values(key, shape[0] * shape[1]).reshape(shape)
    save_file(tensors, folder / "adapter_model.safetensors")
    settings = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "bias": "none", **config}
    (folder / "adapter_config.json").write_text(json.dumps(settings))


def main() -> None:
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    ends = [tokenizer.token_to_id("<|im_end|>")]
    asked = [row for place, row in enumerate(conversations()) if place in ROWS]
    told = []
    for name, scale in USES:
        model = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32).eval()
        if name is not None:
            with tempfile.TemporaryDirectory() as folder:
                write_adapter(Path(folder), model, ADAPTERS[name])
                model = PeftModel.from_pretrained(model, folder).eval()
        for row in asked:
            ids = tokenizer.encode(render(row), add_special_tokens=False).ids
            if name is None:
                answer = greedy(model, ids, ends, TOKENS)
            else:
                with rescale_adapter_scale(model, scale):
                    answer = greedy(model, ids, ends, TOKENS)
            sure = [gap > ROUNDING for gap in answer["gaps"]] + [False]
            tokens = answer["tokens"][: sure.index(False)]
            told.append({**row, "adapter": name, "scale": scale, "tokens": tokens, "whole": all(sure[:-1])})
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in told)
    out.write_text(f'{{"adapters":{json.dumps(ADAPTERS)},"rows":[\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
