"""Loads a weights file into PyTorch and prints the logits of a text: `python3 load.py FILE TEXT`. One line a character: the character,
a tab, the logits of what follows in vocabulary order. It only reads; `continue.py` trains."""

import argparse
import json

import torch

import weights_file
from cells import CharacterModel


# what a recipe leaves out, of version 1 (and of one without a version) and of version 2, where training on needs it
FIRST = {"t": "32", "b": "8", "lr": "0.01", "ld": "0"}
NEWEST = {"t": "64", "b": "4", "lr": "0.012", "ld": "1000"}


def settings_of(metadata):
    """Settings by their link keys; changes of learning rate and clip on the way applied."""
    fragment = metadata.get("recipe", "").lstrip("#")
    settings = dict(pair.split("=", 1) for pair in fragment.split("&") if "=" in pair)
    settings = {**(NEWEST if int(settings.get("v", 1)) > 1 else FIRST), **settings}
    for change in filter(None, settings.get("c", "").split("__")):
        _, key, value = change.split("_")
        settings[key] = value
    return settings


def load(path, kind=None, activation=None):
    """-> (model, vocabulary, settings); the vocabulary is a list of characters, None where the file names none."""
    tensors, metadata = weights_file.read(path)
    settings = settings_of(metadata)
    if kind is None and "recipe" not in metadata:
        raise SystemExit(f"{path} does not say what cell it holds: add --cell")
    vocab_size, hidden_size = tensors["decoder.weight"].shape
    num_layers = sum(name.startswith("rnn.weight_hh_l") for name in tensors)
    kind = kind or settings.get("m", "lstm")
    activation = activation or settings.get("a", "tanh")
    model = CharacterModel(kind, activation, vocab_size, hidden_size, num_layers)
    model.load_state_dict(tensors, strict=True)
    vocabulary = list(json.loads(metadata["vocabulary"])) if "vocabulary" in metadata else None
    return model, vocabulary, settings


def tokens_of(text, vocabulary):
    """Token ids [T]."""
    index = {character: token for token, character in enumerate(vocabulary)}
    unknown = sorted(set(text) - set(index))
    if unknown:
        raise SystemExit(f"the model does not know {''.join(unknown)!r}")
    return torch.tensor([index[character] for character in text])


def main():
    parser = argparse.ArgumentParser(description="Prints the logits of a text, one line a character.")
    parser.add_argument("file")
    parser.add_argument("text")
    parser.add_argument("--cell", help="cell kind, for files without a recipe")
    parser.add_argument("--activation", help="tanh, relu or sigmoid, for files without a recipe")
    options = parser.parse_args()
    model, vocabulary, _ = load(options.file, options.cell, options.activation)
    if vocabulary is None:
        raise SystemExit(f"{options.file} names no vocabulary")
    with torch.no_grad():
        logits, _ = model(tokens_of(options.text, vocabulary)[:, None])
    for character, row in zip(options.text, logits[:, 0].tolist()):
        print(f"{character!r}\t{' '.join(f'{logit:.9g}' for logit in row)}")


if __name__ == "__main__":
    main()
