"""A checkpoint for `--model hf` that always writes the same text, in no time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = ["write_checkpoint"]

_TEMPLATE = (
    "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def write_checkpoint(folder: Path, pieces: Sequence[str]) -> Path:
    """Write a model that answers every chat with some pieces of text, one token each.

    It is a GPT-2 without layers: an embedding that is one-hot, and a head that holds the
    successor of each token.

    Args:
        folder: Where to.
        pieces: The pieces, all different.
    """
    import torch
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    chain = ["<assistant>", *pieces, "<eos>"]
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_tokens([AddedToken(piece, normalized=False) for piece in chain])
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        eos_token="<eos>",
        chat_template=_TEMPLATE,
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder)
    size = tokenizer.get_vocab_size()
    config = GPT2Config(
        vocab_size=size,
        n_positions=16384,
        n_embd=size,
        n_layer=0,
        n_head=1,
        tie_word_embeddings=False,
        bos_token_id=tokenizer.token_to_id("<eos>"),
        eos_token_id=tokenizer.token_to_id("<eos>"),
    )
    model = GPT2LMHeadModel(config)
    following = torch.zeros(size, size)
    ids = [tokenizer.token_to_id(piece) for piece in chain]
    following[ids[1:], ids[:-1]] = 1.0
    with torch.no_grad():
        model.transformer.wte.weight.copy_(torch.eye(size))
        model.transformer.wpe.weight.zero_()
        model.lm_head.weight.copy_(following)
    model.save_pretrained(folder)
    return folder
