"""Pretraining of `nano`, the bundled model: data, tokenizer, model, training and held-out measurement.

Everything is made from a seed: `python -m trainer.pretrain train --seed 1` in `trainer-server/`.
"""
