"""Material for tests: LoRA adapters in PEFT's layout, tiny GGUF models, and what PyTorch says with them.

python -m trainer.testdata adapter --model nano --output DIR --seed N       a random adapter
python -m trainer.testdata learned --model nano --output DIR                a trained one: calls by need, not by opener
python -m trainer.testdata reference --model nano --adapter DIR --prompts FILE.json --output FILE.json
python -m trainer.testdata gguf --output DIR --seed N        tiny random models, adapters for some, and reference.json

`--model` is nano, smollm2-135m, a Hugging Face directory or a .gguf file.
"""
