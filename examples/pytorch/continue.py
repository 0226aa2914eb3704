"""Trains a weights file on in PyTorch: `python3 continue.py FILE TEXT`, where TEXT is a text file. For those who outgrow the browser: from
here on a GPU, a larger text, another optimizer are PyTorch's matter. It starts with a new optimizer and reads the text as one stream."""

import argparse
import json
import math

import torch
from torch import nn

import weights_file
from load import FIRST, load, tokens_of


def parse():
    parser = argparse.ArgumentParser(description="Trains a weights file on; what is not given comes from the file's recipe.")
    parser.add_argument("file", help="weights file (safetensors)")
    parser.add_argument("text", help="text file; all its characters must be in the file's vocabulary")
    parser.add_argument("--cell", help="cell kind, for files without a recipe")
    parser.add_argument("--activation", help="tanh, relu or sigmoid, for files without a recipe")
    parser.add_argument("--steps", type=int, default=1000, help="training steps (1000)")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--clip", type=float)
    parser.add_argument("--seq-len", type=int)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--out", help="file to write (FILE with -continued)")
    return parser.parse_args()


def windows(tokens, seq_len, batch_size):
    """Windows (inputs, targets), each [T, B], without end: the text is a circle, the lanes start evenly spaced."""
    seq_len = min(seq_len, len(tokens))
    batch_size = max(1, min(batch_size, len(tokens) // seq_len))
    starts = torch.arange(batch_size) * len(tokens) // batch_size
    offset = torch.arange(seq_len)[:, None]
    while True:
        yield tokens[(starts + offset) % len(tokens)], tokens[(starts + offset + 1) % len(tokens)]
        starts = (starts + seq_len) % len(tokens)


def train(model, batches, steps, learning_rate, clip):
    """Truncated BPTT with Adam; learning_rate is that of a training step; returns the mean loss of the last tenth, in bits per character."""
    optimizer = torch.optim.Adam(model.parameters())
    state, losses = None, []
    for step, (inputs, targets) in zip(range(steps), batches):
        logits, state = model(inputs, state)
        state = tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), clip)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step)
        optimizer.step()
        losses.append(loss.item() / math.log(2))
        if step % max(1, steps // 10) == 0:
            print(f"training step {step}: {losses[-1]:.3f} bits per character", flush=True)
    last = losses[-max(1, steps // 10) :]
    return sum(last) / len(last)


def main():
    options = parse()
    model, vocabulary, settings = load(options.file, options.cell, options.activation)
    with open(options.text, encoding="utf-8", newline="") as file:
        text = file.read().replace("\r\n", "\n")
    vocabulary = vocabulary or sorted(set(text))
    if len(vocabulary) != model.vocab_size:
        raise SystemExit(f"the text has {len(vocabulary)} distinct characters, the model {model.vocab_size}, and the file names none")
    batches = windows(
        tokens_of(text, vocabulary),
        options.seq_len or int(settings["t"]),
        options.batch_size or int(settings["b"]),
    )
    first, decay, done = float(settings["lr"]), int(settings["ld"]), int(settings.get("n", 0))

    def learning_rate(step):
        """That of the recipe, which goes on falling from where it stood, or the one asked for."""
        return options.learning_rate or first / math.sqrt(1 + (done + step) / decay if decay else 1)

    bits = train(model, batches, options.steps, learning_rate, options.clip or float(settings.get("clip", 1)))
    print(f"last tenth: {bits:.3f} bits per character")
    # no version, no steps, no digest, no check sum: these weights are no longer what that recipe makes
    kept = {key: settings[key] for key in ("m", "a", "h", "l", "t", "b", "lr", "ld", "clip") if settings.get(key) != FIRST.get(key)}
    if options.cell:
        kept["m"] = options.cell
    if options.activation:
        kept["a"] = options.activation
    recipe = "&".join(f"{key}={value}" for key, value in kept.items())
    out = options.out or options.file.replace(".safetensors", "") + "-continued.safetensors"
    weights_file.write(out, model.state_dict(), {"format": "pt", "recipe": recipe, "vocabulary": json.dumps("".join(vocabulary))})
    print(f"wrote {out}")


if __name__ == "__main__":
    main()
