"""The cells that torch.nn lacks, as torch modules that take and return what torch.nn's do and name their parameters as torch.nn does.
Written to be read beside the formulas: nothing here is fast, the gradient is autograd's."""

from types import SimpleNamespace

import torch
from torch import nn


class Recurrent(nn.Module):
    """Stacked layers of one cell, time first: inputs [T, B, input_size] -> (outputs [T, B, H], state), state h or (h, c), each [L, B, H].
    A subclass names its gate blocks and its peepholes and computes one time step."""

    blocks = "h"
    peepholes = ()
    has_cell_state = False

    def __init__(self, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.hidden_size, self.num_layers = hidden_size, num_layers
        rows = len(self.blocks) * hidden_size
        self.shapes = {"weight_ih": None, "weight_hh": (rows, hidden_size), "bias_ih": (rows,), "bias_hh": (rows,)}
        self.shapes.update({name: (hidden_size,) for name in self.peepholes})
        for layer in range(num_layers):
            self.shapes["weight_ih"] = (rows, hidden_size if layer else input_size)
            for name, shape in self.shapes.items():
                self.register_parameter(f"{name}_l{layer}", nn.Parameter(torch.empty(shape)))
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -(hidden_size**-0.5), hidden_size**-0.5)

    def forward(self, inputs, state=None):
        zero = inputs.new_zeros(self.num_layers, inputs.shape[1], self.hidden_size)
        first_h, first_c = (zero, zero) if state is None else state if self.has_cell_state else (state, zero)
        outputs, last_h, last_c = inputs, [], []
        for layer in range(self.num_layers):
            w = SimpleNamespace(**{name: getattr(self, f"{name}_l{layer}") for name in self.shapes})
            h, c = first_h[layer], first_c[layer]
            time_steps = []
            for x in outputs:
                h, c = self.time_step(w, x, h, c)
                time_steps.append(h)
            outputs = torch.stack(time_steps)
            last_h.append(h)
            last_c.append(c)
        last_h, last_c = torch.stack(last_h), torch.stack(last_c)
        return outputs, (last_h, last_c) if self.has_cell_state else last_h

    def preactivations(self, w, x, h):
        """W x + b_ih + U h + b_hh, one tensor [B, H] a block."""
        a = x @ w.weight_ih.T + w.bias_ih + h @ w.weight_hh.T + w.bias_hh
        return a.chunk(len(self.blocks), dim=-1)


class RnnSigmoid(Recurrent):
    """Elman RNN with the logistic sigmoid as activation."""

    def time_step(self, w, x, h, c):
        (a,) = self.preactivations(w, x, h)
        return torch.sigmoid(a), c


class Lstm1997(Recurrent):
    """LSTM without forget gate (Hochreiter & Schmidhuber 1997), with the full gradient."""

    blocks = "igo"
    has_cell_state = True

    def time_step(self, w, x, h, c):
        i, g, o = self.preactivations(w, x, h)
        c = c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class LstmPeephole(Recurrent):
    """LSTM with peepholes (Gers & Schmidhuber 2000): i and f see the old cell state, o sees the new one."""

    blocks = "ifgo"
    peepholes = ("weight_pi", "weight_pf", "weight_po")
    has_cell_state = True

    def time_step(self, w, x, h, c):
        i, f, g, o = self.preactivations(w, x, h)
        c = torch.sigmoid(f + w.weight_pf * c) * c + torch.sigmoid(i + w.weight_pi * c) * torch.tanh(g)
        return torch.sigmoid(o + w.weight_po * c) * torch.tanh(c), c


class LstmCifg(Recurrent):
    """LSTM with coupled input and forget gate, i = 1 - f (Greff et al. 2017)."""

    blocks = "fgo"
    has_cell_state = True

    def time_step(self, w, x, h, c):
        f, g, o = self.preactivations(w, x, h)
        f = torch.sigmoid(f)
        c = f * c + (1 - f) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class GruCho(Recurrent):
    """GRU whose reset gate acts before the product (Cho et al. 2014); torch.nn.GRU's acts after it."""

    blocks = "rzn"

    def time_step(self, w, x, h, c):
        size = 2 * self.hidden_size
        gates = x @ w.weight_ih[:size].T + w.bias_ih[:size] + h @ w.weight_hh[:size].T + w.bias_hh[:size]
        r, z = torch.sigmoid(gates).chunk(2, dim=-1)
        n = torch.tanh(x @ w.weight_ih[size:].T + w.bias_ih[size:] + (r * h) @ w.weight_hh[size:].T + w.bias_hh[size:])
        return (1 - z) * n + z * h, c


def recurrent(kind, activation, input_size, hidden_size, num_layers):
    """The module of a cell kind (`m=` of a recipe): torch.nn's own where it has one."""
    if kind == "rnn" and activation != "sigmoid":
        return nn.RNN(input_size, hidden_size, num_layers, nonlinearity=activation)
    modules = {
        "rnn": RnnSigmoid,
        "lstm": nn.LSTM,
        "lstm_1997": Lstm1997,
        "lstm_peephole": LstmPeephole,
        "lstm_cifg": LstmCifg,
        "gru": nn.GRU,
        "gru_cho": GruCho,
    }
    return modules[kind](input_size, hidden_size, num_layers)


class CharacterModel(nn.Module):
    """Characters one-hot -> recurrent layers -> linear decoder. tokens [T, B] -> (logits [T, B, V], state)."""

    def __init__(self, kind, activation, vocab_size, hidden_size, num_layers):
        super().__init__()
        self.vocab_size = vocab_size
        self.rnn = recurrent(kind, activation, vocab_size, hidden_size, num_layers)
        self.decoder = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, state=None):
        one_hot = nn.functional.one_hot(tokens, self.vocab_size).to(self.decoder.weight.dtype)
        outputs, state = self.rnn(one_hot, state)
        return self.decoder(outputs), state
