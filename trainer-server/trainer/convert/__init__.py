"""Preparation of models: a checkpoint becomes the ONNX graphs, tokenizer and manifest that the page opens.

python -m trainer.convert --preset nano                 the bundled model, in place, from its model.safetensors
python -m trainer.convert --preset smollm2-135m         fetches the weights, then converts them
python -m trainer.convert --input DIR_OR_GGUF --id ID --output DIR

Each conversion is compared with PyTorch in fp32; what that gives is in parity.json, and a dtype that falls short is
not offered.
"""
