"""The byte-level BPE tokenizer that a GGUF file describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from .errors import ConvertError

if TYPE_CHECKING:
    from .gguf_file import Metadata

CONTROL, USER_DEFINED = 3, 4
QWEN_PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def read_tokenizer(metadata: Metadata, longest: int) -> tuple[Tokenizer, dict[str, Any]]:
    """tokenizer.json's content and tokenizer_config.json's; a ConvertError for kinds that are not known."""
    kind, pieces = metadata.need("tokenizer.ggml.model"), metadata.get("tokenizer.ggml.pre") or "default"
    if kind != "gpt2" or pieces not in PRE_TOKENIZERS:
        raise ConvertError(
            f"The GGUF file's tokenizer is of the kind {kind}/{pieces}: only gpt2 with "
            f"{', '.join(PRE_TOKENIZERS)} can be converted; give a Hugging Face directory instead."
        )
    tokens: list[str] = metadata.need("tokenizer.ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in metadata.need("tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE({token: number for number, token in enumerate(tokens)}, merges))
    if pieces == "qwen2":
        tokenizer.normalizer = normalizers.NFC()  # type: ignore[assignment]
    tokenizer.pre_tokenizer = PRE_TOKENIZERS[pieces]()  # type: ignore[assignment]
    tokenizer.decoder = decoders.ByteLevel()  # type: ignore[assignment]
    kinds: list[int] = metadata.need("tokenizer.ggml.token_type")
    for token, token_kind in zip(tokens, kinds, strict=True):
        if token_kind in (CONTROL, USER_DEFINED):
            tokenizer.add_tokens([AddedToken(token, normalized=False, special=token_kind == CONTROL)])
    return tokenizer, _config(metadata, tokens, longest)


def _config(metadata: Metadata, tokens: list[str], longest: int) -> dict[str, Any]:
    def named(key: str) -> str | None:
        number = metadata.get(f"tokenizer.ggml.{key}_token_id")
        return None if number is None else tokens[number]

    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "add_bos_token": False,
        "bos_token": named("bos"),
        "eos_token": named("eos"),
        "pad_token": named("padding"),
        "unk_token": named("unknown"),
        "model_max_length": longest,
        "clean_up_tokenization_spaces": False,
        "chat_template": metadata.need("tokenizer.chat_template"),
    }


def _gpt2() -> Any:
    return pre_tokenizers.ByteLevel(add_prefix_space=False)


def _smollm() -> Any:
    # A Split, not `Digits`: JavaScript's implementation of that one knows ASCII digits only.
    digits = pre_tokenizers.Split(Regex(r"\p{N}"), "isolated")
    return pre_tokenizers.Sequence([digits, _gpt2()])


def _qwen2() -> Any:
    split = pre_tokenizers.Split(Regex(QWEN_PIECES), "isolated")
    return pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


PRE_TOKENIZERS = {"smollm": _smollm, "qwen2": _qwen2, "gpt-2": _gpt2, "default": _gpt2}
