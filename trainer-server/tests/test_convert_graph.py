"""The graph itself, in native onnxruntime against PyTorch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from convert_models import SIZES, tiny_model

from trainer.convert.decoder import DecoderWriter
from trainer.convert.onnx_decoder import OnnxDecoder, Past
from trainer.convert.storage import Float, Int8

RNG = np.random.default_rng(5)
IDS = RNG.integers(3, SIZES["vocab_size"], 24)
KINDS = [("llama", False), ("llama", True), ("qwen2", True)]


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "grouped"])
def grouped(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: f"{kind[0]}-{'tied' if kind[1] else 'untied'}")
def model(request: pytest.FixtureRequest) -> Any:
    torch.set_num_threads(1)
    kind, tied = request.param
    return tiny_model(kind, tied)


@pytest.fixture(scope="module")
def path(model: Any, grouped: bool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "model.onnx"
    DecoderWriter(model, Float(np.float32), grouped).write().save(path)
    return path


@pytest.fixture(scope="module")
def decoder(path: Path) -> OnnxDecoder:
    return OnnxDecoder(path, 1)


@pytest.fixture(scope="module")
def expected(model: Any) -> np.ndarray:
    with torch.no_grad():
        return model(input_ids=torch.from_numpy(IDS)[None]).logits[0].numpy()


def test_logits_are_pytorchs(decoder: OnnxDecoder, expected: np.ndarray) -> None:
    logits, _ = decoder.forward(IDS, None, np.arange(len(IDS)))
    np.testing.assert_allclose(logits, expected, atol=2e-4)
    assert np.ptp(expected) > 1


def test_last_names_the_positions_whose_logits_come_back(decoder: OnnxDecoder, expected: np.ndarray) -> None:
    picked = np.array([len(IDS) - 1, 0, 7, 7])
    logits, _ = decoder.forward(IDS, None, picked)
    np.testing.assert_allclose(logits, expected[picked], atol=2e-4)


@pytest.mark.parametrize("cuts", [[9], [1, 2, 3], [20, 23]])
def test_pieces_behind_a_past_say_what_one_pass_says(
    decoder: OnnxDecoder, expected: np.ndarray, cuts: list[int]
) -> None:
    past, seen = None, 0
    for piece in np.split(IDS, cuts):
        logits, past = decoder.forward(piece, past, np.arange(len(piece)))
        np.testing.assert_allclose(logits, expected[seen : seen + len(piece)], atol=2e-4)
        seen += len(piece)
    assert past is not None
    assert all(value.shape[2] == len(IDS) for value in past.values())


def joined(pasts: list[Past], width: int) -> Past:
    """Rows of different lengths side by side, padded at their right with what nobody may read."""

    def pad(value: np.ndarray) -> np.ndarray:
        return np.pad(value, ((0, 0), (0, 0), (0, width - value.shape[2]), (0, 0)), constant_values=9)

    return {name: np.concatenate([pad(past[name]) for past in pasts]) for name in pasts[0]}


def written_into(past: Past, new: Past, places: list[int]) -> Past:
    """A past with one new token of each row at its place."""
    for name, value in past.items():
        for row, place in enumerate(places):
            value[row, :, place] = new[name][row, :, 0]
    return past


def test_rows_that_decode_side_by_side_do_not_touch_each_other(decoder: OnnxDecoder, grouped: bool) -> None:
    prompts = [IDS[:5], IDS[5:17], IDS[17:]]
    alone: list[list[int]] = []
    pasts: list[Past] = []
    for prompt in prompts:
        logits, past = decoder.forward(prompt, None, np.array([len(prompt) - 1]))
        pasts.append(past)
        written = [int(logits[0].argmax())]
        for _ in range(6):
            logits, past = decoder.forward(np.array(written[-1:]), past, np.array([0]))
            written.append(int(logits[0].argmax()))
        alone.append(written)

    longest = max(map(len, prompts))
    past, together = joined(pasts, longest if grouped else longest + 6), [[written[0]] for written in alone]
    for step in range(6):
        mask = [[int(at < len(prompt) + step + 1) for at in range(longest + step + 1)] for prompt in prompts]
        where = mask if grouped else [[len(prompt) + step] for prompt in prompts]
        newest = np.array([written[-1:] for written in together])
        logits, after = decoder.run(newest, np.array(where), past, np.zeros((len(prompts), 1, 1), np.int64))
        past = after if grouped else written_into(past, after, [at for (at,) in where])
        for row, written in enumerate(together):
            written.append(int(logits[row, 0].argmax()))
    assert together == alone


def test_nodes_have_the_names_that_adapters_are_put_in_by(model: Any, path: Path) -> None:
    graph = onnx.load(path).graph
    nodes = {node.name: node for node in graph.node}
    for layer in range(SIZES["num_hidden_layers"]):
        inputs = set()
        for name in ("attn/q_proj", "attn/k_proj", "attn/v_proj", "attn/o_proj", "mlp/gate_proj", "mlp/down_proj"):
            node = nodes[f"/model/layers.{layer}/{name}/MatMul"]
            assert node.output[0] == f"{node.name}/output_0"
            inputs.add(node.input[0])
        assert len(inputs) == 4  # q, k and v read one tensor
    assert nodes["/lm_head/MatMul"].output[0] == "logits"
    tables = [t for t in graph.initializer if SIZES["vocab_size"] in t.dims and not t.name.endswith("_cache")]
    assert len(tables) == (1 if model.config.tie_word_embeddings else 2)


def test_the_inputs_and_outputs_are_the_pages(path: Path, grouped: bool) -> None:
    graph = onnx.load(path).graph
    layers = range(SIZES["num_hidden_layers"])
    past = {f"past_key_values.{layer}.{side}" for layer in layers for side in ("key", "value")}
    assert {put.name for put in graph.input} == {
        "input_ids",
        "attention_mask" if grouped else "position_ids",
        "last",
        *past,
    }
    assert {put.name for put in graph.output} == {"logits", *(n.replace("past_key_values", "present") for n in past)}
    sizes = {put.name: [d.dim_value for d in put.type.tensor_type.shape.dim] for put in graph.input}
    assert sizes["past_key_values.0.key"] == [0, 2, 0, 16]


@pytest.mark.parametrize("storage", [Float(np.float16), Int8()], ids=["fp16", "q8"])
def test_small_storage_is_widened_once_when_the_graph_is_opened(model: Any, storage: Any, tmp_path: Path) -> None:
    import onnxruntime

    path, opened = tmp_path / "model.onnx", tmp_path / "opened.onnx"
    DecoderWriter(model, storage).write().save(path)
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(opened)
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    graph = onnx.load(opened).graph
    constants = {tensor.name for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "MatMul" and "_proj" in node.name:
            assert node.input[1] in constants
    left = [node for node in graph.node if node.op_type in ("Cast", "Reshape", "Transpose")]
    assert all("_proj" not in node.name for node in left)


def test_a_file_too_large_for_its_format_is_refused(
    model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer.convert.errors import ConvertError

    monkeypatch.setattr("trainer.convert.builder.LARGEST_FILE", 1000)
    with pytest.raises(ConvertError, match="larger than 2 GB: choose a smaller dtype"):
        DecoderWriter(model, Float(np.float32)).write().save(tmp_path / "model.onnx")
