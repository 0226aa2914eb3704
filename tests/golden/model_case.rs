//! Cases of kind "model": loads the parameters of a file into a model, runs forward, loss and backward once, and lists what came out
//! under the names of FORMAT.md. The same code runs the f32 model and the f64 one.

use super::fields::{Case, Fields, Tensor};
use lstm_playground::cell::{Activation, CellKind};
use lstm_playground::kernels::Real;
use lstm_playground::model::{Activations, Entry, Model, Number, Shape};
use serde_json::Value;

/// `config` of a case.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    pub shape: Shape,
    pub seq_len: usize,
    pub batch_size: usize,
    bias: bool,
    last_only: bool,
}

impl Config {
    pub fn read(config: &Value) -> Result<Config, String> {
        let cell = config["cell"].as_str().ok_or("config.cell is missing")?;
        let kind = cell_kind(cell).ok_or_else(|| format!("unknown cell {cell:?}"))?;
        let order = config["gate_order"].as_array();
        let gates: Vec<String> = kind.gates().iter().map(char::to_string).collect();
        if order.is_some_and(|order| *order != gates) {
            return Err(format!("gate_order {} is not the one of {cell}", config["gate_order"]));
        }
        let size = |field: &str| match config[field].as_u64() {
            Some(value @ 1..=100_000) => Ok(value as usize),
            _ => Err(format!("config.{field} is {}", config[field])),
        };
        let last_only = match config["loss"].as_str().unwrap_or("mean") {
            "mean" => false,
            "last" => true,
            other => return Err(format!("unknown loss {other:?}")),
        };
        Ok(Config {
            shape: Shape { kind, vocab_size: size("vocab")?, hidden_size: size("hidden")?, num_layers: size("layers")? },
            seq_len: size("seq_len")?,
            batch_size: size("batch")?,
            bias: config["bias"].as_bool().unwrap_or(true),
            last_only,
        })
    }

    /// Which predictions count, time first.
    fn counted(&self) -> Vec<bool> {
        let first = if self.last_only { self.seq_len - 1 } else { 0 };
        (0..self.seq_len * self.batch_size).map(|position| position / self.batch_size >= first).collect()
    }
}

fn cell_kind(name: &str) -> Option<CellKind> {
    Some(match name {
        "rnn_tanh" => CellKind::Rnn(Activation::Tanh),
        "rnn_relu" => CellKind::Rnn(Activation::Relu),
        "rnn_sigmoid" => CellKind::Rnn(Activation::Sigmoid),
        "lstm" => CellKind::Lstm,
        "lstm_1997" => CellKind::Lstm1997,
        "lstm_peephole" => CellKind::LstmPeephole,
        "lstm_cifg" => CellKind::LstmCifg,
        "gru" => CellKind::Gru,
        "gru_cho" => CellKind::GruCho,
        _ => return None,
    })
}

/// The file's parameters in the model's order. Recurrent biases may be missing when the case says so; they are 0 then.
pub fn parameters(case: &Case, config: &Config, entries: &[Entry]) -> Result<Vec<f32>, String> {
    if let Some(name) = case.parameter_names().iter().find(|name| entries.iter().all(|entry| entry.name != **name)) {
        return Err(format!("params.{name} is no parameter of this model"));
    }
    let mut values = Vec::new();
    for entry in entries {
        let size = entry.shape.iter().product();
        match case.input(&format!("params.{}", entry.name))? {
            Some(tensor) if tensor.data.len() == size && tensor.shape.as_ref().is_none_or(|shape| *shape == entry.shape) => {
                values.extend(tensor.data.iter().map(|&value| value as f32));
            }
            Some(tensor) => return Err(format!("params.{}: shape {:?}, expected {:?}", entry.name, tensor.shape, entry.shape)),
            None if !config.bias && entry.name.starts_with("rnn.bias_") => values.extend(std::iter::repeat_n(0.0, size)),
            None => return Err(format!("params.{} is missing", entry.name)),
        }
    }
    Ok(values)
}

/// All fields that FORMAT.md knows for a model, computed in N.
pub fn run<N: Number>(case: &Case) -> Result<Fields, String> {
    let config = Config::read(&case.json["config"])?;
    let Config { shape, seq_len, batch_size, .. } = config;
    let read = |field: &str| {
        let ids = case.tokens(&case.json[field], [seq_len, batch_size], shape.vocab_size);
        ids.map_err(|e| format!("{field}: {e}"))
    };
    let (inputs, targets) = (read("inputs")?, read("targets")?);
    let mut model = Model::<N>::new(shape);
    let values = parameters(case, &config, model.entries())?;
    model.set_values(&values.iter().map(|&value| N::from_f64(value.into())).collect::<Vec<N>>());
    let mut run = Activations::<N>::new(shape, seq_len, batch_size);
    set_initial_states(case, &config, &mut run)?;

    model.forward(&mut run, &inputs);
    let logits = Tensor::new(&[seq_len, batch_size, shape.vocab_size], widen(run.logits()));
    let counted = config.counted();
    let counted = config.last_only.then_some(&counted[..]);
    let loss = model.loss(&mut run, &targets, counted);
    let mut gradients = vec![N::from_f64(f64::NAN); values.len()]; // backward overwrites: what it forgets shows
    model.backward(&mut run, &inputs, &targets, counted, &mut gradients);

    let mut fields = Fields::from([("loss".to_string(), Tensor::scalar(loss)), ("logits".to_string(), logits)]);
    for entry in model.entries() {
        fields.insert(format!("grads.{}", entry.name), Tensor::new(&entry.shape, widen(&gradients[entry.range.clone()])));
    }
    add_states(&config, &run, &mut fields);
    for layer in 0..shape.num_layers {
        add_trace(&config, &run, layer, &mut fields);
        add_flow(&config, &run, layer, &mut fields);
    }
    Ok(fields)
}

fn set_initial_states<N: Real>(case: &Case, config: &Config, run: &mut Activations<N>) -> Result<(), String> {
    let Config { shape, batch_size, .. } = config;
    let per_layer = batch_size * shape.hidden_size;
    let read = |field: &str| match case.input(field)? {
        Some(tensor) if tensor.data.len() == shape.num_layers * per_layer => {
            Ok(tensor.data.iter().map(|&value| N::from_f64(value)).collect::<Vec<N>>())
        }
        Some(tensor) => Err(format!("{field}: {} numbers, expected {}", tensor.data.len(), shape.num_layers * per_layer)),
        None => Ok(vec![N::from_f64(0.0); shape.num_layers * per_layer]),
    };
    let (h0, c0) = (read("h0")?, read("c0")?);
    for layer in 0..shape.num_layers {
        let range = layer * per_layer..(layer + 1) * per_layer;
        run.set_state(layer, &h0[range.clone()], &c0[range]);
    }
    Ok(())
}

/// hT, cT and the gradients of the initial states, `[L,B,H]` each.
fn add_states<N: Real>(config: &Config, run: &Activations<N>, fields: &mut Fields) {
    let Config { shape, seq_len, batch_size, .. } = config;
    let per_step = batch_size * shape.hidden_size;
    let mut add = |name: &str, index: usize, numbers: &dyn Fn(usize) -> Vec<f64>| {
        let all = (0..shape.num_layers).flat_map(|layer| numbers(layer)[index * per_step..(index + 1) * per_step].to_vec());
        fields.insert(name.to_string(), Tensor::new(&[shape.num_layers, *batch_size, shape.hidden_size], all.collect()));
    };
    add("hT", *seq_len, &|layer| widen(&run.layer(layer).h));
    add("grad_h0", 0, &|layer| widen(&run.layer(layer).d_h));
    if shape.kind.has_cell_state() {
        add("cT", *seq_len, &|layer| widen(&run.layer(layer).c));
        add("grad_c0", 0, &|layer| widen(&run.layer(layer).d_c));
    }
}

/// Gates and states of batch element 0, `[T,H]` each.
fn add_trace<N: Real>(config: &Config, run: &Activations<N>, layer: usize, fields: &mut Fields) {
    let (kind, hidden_size) = (config.shape.kind, config.shape.hidden_size);
    let activations = run.layer(layer);
    let mut add = |what: &str, numbers: Vec<f64>| {
        fields.insert(format!("trace.{layer}.{what}"), Tensor::new(&[config.seq_len, hidden_size], numbers));
    };
    if !matches!(kind, CellKind::Rnn(_)) {
        let row = kind.num_gates() * hidden_size;
        for (block, gate) in kind.gates().iter().enumerate() {
            let gates = activations.gates.chunks(row * config.batch_size);
            let numbers: Vec<f64> = gates.flat_map(|step| widen(&step[block * hidden_size..(block + 1) * hidden_size])).collect();
            if kind == CellKind::LstmCifg && *gate == 'f' {
                add("i", numbers.iter().map(|f| 1.0 - f).collect());
            }
            add(&gate.to_string(), numbers);
        }
    }
    add("h", first_element(config, &activations.h));
    if kind.has_cell_state() {
        add("c", first_element(config, &activations.c));
    }
}

/// Norms of dL/dh_t and dL/dc_t over all B*H numbers, t = 0..T-1, and the numbers themselves of batch element 0.
fn add_flow<N: Real>(config: &Config, run: &Activations<N>, layer: usize, fields: &mut Fields) {
    let mut add = |what: &str, gradients: &[N]| {
        let steps = gradients.chunks(config.batch_size * config.shape.hidden_size).skip(1);
        let norms = steps.map(|step| step.iter().map(|&value| value.to_f64() * value.to_f64()).sum::<f64>().sqrt()).collect();
        fields.insert(format!("flow.{layer}.{what}_norm"), Tensor::new(&[config.seq_len], norms));
        let rows = Tensor::new(&[config.seq_len, config.shape.hidden_size], first_element(config, gradients));
        fields.insert(format!("flow.{layer}.{what}"), rows);
    };
    add("dh", &run.layer(layer).d_h);
    if config.shape.kind.has_cell_state() {
        add("dc", &run.layer(layer).d_c);
    }
}

/// Batch element 0 of a `[T+1][B][H]` array without its index 0: `[T,H]`.
fn first_element<N: Real>(config: &Config, states: &[N]) -> Vec<f64> {
    let hidden_size = config.shape.hidden_size;
    states.chunks(config.batch_size * hidden_size).skip(1).flat_map(|step| widen(&step[..hidden_size])).collect()
}

fn widen<N: Real>(numbers: &[N]) -> Vec<f64> {
    numbers.iter().map(|&number| number.to_f64()).collect()
}
