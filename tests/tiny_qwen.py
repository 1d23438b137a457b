"""A Qwen of some ten thousand weights, made at random and saved as real ones are, for the real loader."""

from __future__ import annotations

from pathlib import Path

_TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{% if enable_thinking is defined and enable_thinking is false %}{{ '<think>\n\n</think>\n\n' }}{% endif %}{% endif %}"
)
_WORDS = [
    "你好，欢迎来到直播间！",
    "这款多少钱？今天只要九十九元。",
    "Hello, what size should I buy?",
    "有货的，现在下单。",
]


def make(folder: Path, kind: str = "qwen3", hidden: int = 32, layers: int = 2, context: int = 4096) -> Path:
    """``kind`` is qwen2 or qwen3; returns the folder."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, Qwen2Config, Qwen3Config

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    bpe.train_from_iterator(
        _WORDS * 20,
        trainers.BpeTrainer(
            vocab_size=400, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
        ),
    )
    tokens = PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    tokens.chat_template = _TEMPLATE
    tokens.save_pretrained(folder)
    common = {
        "vocab_size": len(tokens), "hidden_size": hidden, "intermediate_size": hidden * 2, "num_hidden_layers": layers,
        "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": context, "tie_word_embeddings": False, "initializer_range": 0.5,
        "eos_token_id": tokens.eos_token_id, "pad_token_id": tokens.pad_token_id,
    }  # fmt: skip
    torch.manual_seed(0)
    config = Qwen3Config(**common, head_dim=hidden // 4) if kind == "qwen3" else Qwen2Config(**common)
    model = AutoModelForCausalLM.from_config(config)
    model.generation_config.eos_token_id = tokens.eos_token_id
    model.generation_config.pad_token_id = tokens.pad_token_id
    model.save_pretrained(folder)
    return folder
