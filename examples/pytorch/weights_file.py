"""Reads and writes safetensors files of float32 tensors with nothing but torch. It is no replacement for the safetensors package, which
maps files into memory, knows every dtype and checks the layout; a file written here is a file of that package and the other way round."""

import json
import struct

import torch


def read(path):
    """-> (state_dict, metadata): tensors by name, strings by name."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: tensor {name} has dtype {entry['dtype']}; only F32 is read")
        begin, end = entry["data_offsets"]
        count = (end - begin) // 4
        values = torch.frombuffer(data, dtype=torch.float32, count=count, offset=begin) if count else torch.empty(0)
        tensors[name] = values.reshape(entry["shape"]).clone()
    return tensors, metadata


def write(path, tensors, metadata):
    """The same the other way round."""
    header, chunks, begin = {"__metadata__": metadata}, [], 0
    for name, tensor in tensors.items():
        chunk = tensor.detach().to(torch.float32).contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, begin + len(chunk)]}
        chunks.append(chunk)
        begin += len(chunk)
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))
