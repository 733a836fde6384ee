"""How matrices are stored small, and what is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.convert.builder import FLOAT, INT64, GraphWriter
from trainer.convert.gptq import FourBit, quantize, sequence_factor
from trainer.convert.nbits import NBits, pack_nibbles
from trainer.convert.storage import Float, Int8, Storage, to_blocks, to_levels

OUTPUTS, INPUTS = 5, 96


def matrix(seed: int, scale: float = 1.0) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal((OUTPUTS, INPUTS)) * scale).astype(np.float32)


seeds = st.integers(0, 10_000)
scales = st.floats(1e-3, 30)


@given(seed=seeds, scale=scales)
@settings(max_examples=50, deadline=None)
def test_eight_bits_are_off_by_half_a_step(seed: int, scale: float) -> None:
    weight = matrix(seed, scale)
    values, factors = to_blocks(weight)
    wide = (values * factors.astype(np.float32)).reshape(weight.shape)
    # Half a step, and what fp16 rounds of the step itself.
    assert (np.abs(wide - weight).reshape(values.shape) <= factors.astype(np.float32) * 0.57).all()
    levels, steps, low = to_levels(weight)
    wide = (levels * steps.astype(np.float32) + low.astype(np.float32)).reshape(weight.shape)
    slack = np.abs(low.astype(np.float32)) * 2**-11
    assert (np.abs(wide - weight).reshape(levels.shape) <= steps.astype(np.float32) * 0.66 + slack).all()


@given(seed=seeds)
@settings(max_examples=50, deadline=None)
def test_weights_that_come_from_four_bits_are_kept_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nibbles = rng.integers(0, 16, (OUTPUTS, 3, 32)).astype(np.float32)
    nibbles[..., 0], nibbles[..., 1] = 0, 15  # as GGUF's quantizer leaves every block
    step = rng.uniform(1e-3, 0.1, (OUTPUTS, 3, 1)).astype(np.float16).astype(np.float32)
    low = -(step * rng.uniform(1, 14, step.shape)).astype(np.float16).astype(np.float32)
    weight = step * nibbles + low
    levels, steps, lows = to_levels(weight.reshape(OUTPUTS, INPUTS))
    assert (levels * steps.astype(np.float32) + lows.astype(np.float32) == weight).all()


def test_a_block_of_equal_weights_survives() -> None:
    for weight in (np.zeros((2, 32), np.float32), np.full((2, 32), 0.25, np.float32)):
        levels, steps, low = to_levels(weight)
        np.testing.assert_array_equal((levels * steps.astype(np.float32) + low.astype(np.float32))[:, 0], weight)
        values, factors = to_blocks(weight)
        np.testing.assert_allclose((values * factors.astype(np.float32))[:, 0], weight, rtol=1e-3)


def correlated_inputs(seed: int, rows: int = 400) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    mixing = torch.randn(12, INPUTS, generator=generator)
    return torch.randn(rows, 12, generator=generator) @ mixing + 0.1 * torch.randn(rows, INPUTS, generator=generator)


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_gptq_beats_rounding_to_the_nearest_on_the_inputs_that_come(seed: int) -> None:
    weight, x = torch.from_numpy(matrix(seed)), correlated_inputs(seed)
    nearest = quantize(weight, torch.eye(INPUTS))
    learned = quantize(weight, sequence_factor(x.T @ x))
    fresh = correlated_inputs(seed)[:200]
    lost = [((weight - rounded.widen()) @ fresh.T).square().sum() for rounded in (nearest, learned)]
    assert lost[1] < 0.8 * lost[0]


@given(seed=seeds, scale=scales)
@settings(max_examples=30, deadline=None)
def test_four_bits_stay_on_their_grid(seed: int, scale: float) -> None:
    weight = torch.from_numpy(matrix(seed, scale))
    rounded = quantize(weight, torch.eye(INPUTS))
    assert int(rounded.values.max()) <= 15
    assert int(rounded.zeros.max()) <= 15
    error = (rounded.widen() - weight).square().mean()
    assert error < weight.square().mean() * 0.01


def test_inputs_that_are_always_zero_do_no_harm() -> None:
    x = correlated_inputs(1)
    x[:, 10:20] = 0
    rounded = quantize(torch.from_numpy(matrix(1)), sequence_factor(x.T @ x))
    assert torch.isfinite(rounded.widen()).all()


@given(values=st.lists(st.integers(0, 15), min_size=1, max_size=9))
def test_nibbles_are_packed_low_first(values: list[int]) -> None:
    packed = pack_nibbles(np.array([values], np.uint8))[0]
    unpacked = [int(nibble) for byte in packed for nibble in (byte & 15, byte >> 4)]
    assert unpacked == [*values, *([0] if len(values) % 2 else [])]


def four_bit(weight: np.ndarray) -> FourBit:
    return quantize(torch.from_numpy(weight), torch.eye(weight.shape[1]))


LINEAR = matrix(1)
TABLE = matrix(2)
STORAGES: dict[str, tuple[Storage, np.ndarray]] = {
    "fp32": (Float(np.float32), LINEAR),
    "fp16": (Float(np.float16), LINEAR),
    "q8": (Int8(), LINEAR),
    "q4": (NBits({"/a/MatMul": four_bit(LINEAR)}, half=False), four_bit(LINEAR).widen().numpy()),
    "8 of q4": (NBits({}, half=False), LINEAR),
}


@pytest.mark.parametrize("name", STORAGES)
def test_a_graph_computes_with_what_was_stored(name: str, tmp_path: Path) -> None:
    storage, stored = STORAGES[name]
    graph = GraphWriter()
    graph.input("ids", INT64, ["rows", "length"])
    rows = storage.table(graph, "/embed/Gather", TABLE, "ids")
    graph.node("Identity", "/rows", [rows], ["rows_out"])
    storage.linear(graph, "/a/MatMul", LINEAR, rows, "product")
    storage.tied_linear(graph, "/b/MatMul", TABLE, rows, "scores")
    for output in ("rows_out", "product", "scores"):
        graph.output(output, FLOAT, ["rows", "length", "width"])
    graph.save(tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"), providers=["CPUExecutionProvider"])
    ids = np.array([[4, 0, 2], [1, 1, 3]])
    found, product, scores = (np.asarray(value) for value in session.run(None, {"ids": ids}))
    tolerance = {"fp32": 1e-6, "fp16": 2e-3}.get(name, 2e-2)
    np.testing.assert_allclose(found, TABLE[ids], atol=tolerance)
    # The looked-up rows are exact inputs of what follows.
    np.testing.assert_allclose(product, found @ stored.T, atol=INPUTS**0.5 * 4 * tolerance)
    np.testing.assert_allclose(scores, found @ TABLE.T, atol=INPUTS**0.5 * 4 * tolerance)
