"""A language model's folder on this machine: whether it is complete, told without reading its weights."""

from __future__ import annotations

import json
from pathlib import Path

HEADER_LIMIT = 100 << 20
WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
DOWNLOAD = (
    "pip install huggingface_hub && hf download Qwen/Qwen3-1.7B --local-dir {path}"
    "  (in China: pip install modelscope && modelscope download --model Qwen/Qwen3-1.7B --local_dir {path})"
)


def missing(path: str) -> str:
    """What a model's folder lacks, with the command that gets it; empty when nothing does. Reads no weights."""
    folder = Path(path)
    if not folder.is_dir():
        return f"there is no folder {path}; get a model with: {DOWNLOAD.format(path=path)}"
    lacks = [name for name in ("config.json", "tokenizer_config.json") if not (folder / name).is_file()]
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        try:
            shards = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        except (OSError, ValueError, KeyError, AttributeError) as error:
            return f"{index}: cannot be read: {error}"
        lacks += sorted(shard for shard in shards if not (folder / shard).is_file())
    elif not any(file for kind in WEIGHTS for file in folder.glob(kind)):
        lacks.append("model.safetensors")
    for file in folder.glob("*.safetensors"):
        if not lacks and not _is_whole(file):
            return f"{file} is not whole; get the model again with: {DOWNLOAD.format(path=path)}"
    if lacks:
        return f"{path} lacks {', '.join(lacks)}; get the model with: {DOWNLOAD.format(path=path)}"
    return ""


def _is_whole(file: Path) -> bool:
    """Whether a file of weights is as long as its header says."""
    try:
        with file.open("rb") as opened:
            size = int.from_bytes(opened.read(8), "little")
            if not 2 <= size <= HEADER_LIMIT:
                return False
            tensors = json.loads(opened.read(size))
        ends = [told["data_offsets"][1] for name, told in tensors.items() if name != "__metadata__"]
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return False
    return file.stat().st_size >= 8 + size + max(ends, default=0)
