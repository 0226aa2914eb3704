"""The other half of pytorch.rs: for every NAME.safetensors in a folder, loads it into PyTorch, compares the logits with those in
NAME.logits.safetensors, and writes a model of PyTorch's own with its logits back as NAME.torch.safetensors and NAME.torch.logits.safetensors."""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "examples" / "pytorch"))
import weights_file
from cells import CharacterModel
from load import load, tokens_of

try:
    from safetensors.torch import save_file
except ImportError:

    def save_file(tensors, path, metadata):
        weights_file.write(path, tensors, metadata)


def check(path):
    model, vocabulary, settings = load(path)
    tensors, metadata = weights_file.read(path.with_suffix(".logits.safetensors"))
    tokens = tokens_of(metadata["text"], vocabulary)[:, None]
    with torch.no_grad():
        difference = (model(tokens)[0] - tensors["logits"]).abs().max().item()
        hidden_size, num_layers = model.rnn.hidden_size, model.rnn.num_layers
        own = CharacterModel(settings["m"], settings["a"], len(vocabulary), hidden_size, num_layers)
        save_file(own.state_dict(), path.with_suffix(".torch.safetensors"), {"format": "pt"})
        weights_file.write(path.with_suffix(".torch.logits.safetensors"), {"logits": own(tokens)[0]}, {})
    module = f"{type(model.rnn).__module__.removesuffix('.modules.rnn')}.{type(model.rnn).__name__}"
    print(f"{path.stem}\t{module}\t{difference:.3g}")


torch.manual_seed(1)
for path in sorted(Path(sys.argv[1]).glob("*.safetensors")):
    if len(path.suffixes) == 1:
        check(path)
