//! Every gradient of every cell against central differences of a textbook forward pass (`reference/mod.rs`), in f32 and f64, for 1 to 4
//! layers, masks, restarts of the state and held values; and the forward pass itself against the textbook.

mod reference;

use lstm_playground::cell::CellKind;
use lstm_playground::model::{Number, Shape};
use reference::problem::{KINDS, Problem};
use reference::{Hold, parameter_shapes};

/// Largest difference allowed in f32 and f64, relative to the largest gradient of the problem.
const BOUND_F32: f64 = 1e-5;
const BOUND_F64: f64 = 1e-9;

fn shape(kind: CellKind, num_layers: usize) -> Shape {
    Shape { kind, vocab_size: 4, hidden_size: 3, num_layers }
}

/// Compares loss and all gradients of a problem in both number types.
fn check(problem: &Problem, what: &str) {
    let (numerical, loss) = (problem.numerical_gradients(), problem.loss());
    let (loss_f32, f32) = problem.exact_gradients::<f32>();
    let (loss_f64, f64) = problem.exact_gradients::<f64>();
    assert!((loss_f32 - loss).abs() < 1e-6 * loss.max(1.0), "{what}: loss {loss_f32}, expected {loss}");
    assert!((loss_f64 - loss).abs() < 1e-13 * loss.max(1.0), "{what}: loss {loss_f64}, expected {loss}");
    for (type_name, distance, bound) in
        [("f32", f32.distance(&numerical), BOUND_F32), ("f64", f64.distance(&numerical), BOUND_F64)]
    {
        assert!(distance < bound, "{what}: gradients in {type_name} are off by {distance:.2e} of the largest one");
    }
}

#[test]
fn parameters_stand_in_the_order_of_the_contract() {
    for kind in KINDS {
        let shape = shape(kind, 3);
        let entries = shape.entries();
        let named: Vec<_> = entries.iter().map(|entry| (entry.name.clone(), entry.shape.clone())).collect();
        assert_eq!(named, parameter_shapes(shape), "{kind:?}");
        let mut at = 0;
        for entry in entries {
            assert_eq!(entry.range, at..at + entry.shape.iter().product::<usize>(), "{kind:?} {}", entry.name);
            at = entry.range.end;
        }
        assert_eq!(at, shape.num_parameters());
    }
}

#[test]
fn gradients_of_every_cell_and_depth() {
    for kind in KINDS {
        for num_layers in 1..=4 {
            check(&Problem::new(shape(kind, num_layers), 5, 2, false), &format!("{kind:?} {num_layers} layers"));
            check(&Problem::new(shape(kind, num_layers), 5, 2, true), &format!("{kind:?} {num_layers} layers masked"));
        }
    }
}

/// So many characters that no table of their columns is made.
#[test]
fn gradients_of_a_large_vocabulary() {
    let shape = Shape { kind: KINDS[0], vocab_size: 1030, hidden_size: 1, num_layers: 1 };
    check(&Problem::new(shape, 4, 3, false), "1,030 characters");
}

/// Gradients of many rows are made strip by strip. Here the decoder's and the input's have two strips each, and every number has the bits of its sum: per group of
/// lanes (each lane is one) over time, group sums added in order.
#[test]
fn gradients_made_in_strips_have_the_bits_of_their_sums() {
    let shape = Shape { kind: CellKind::Lstm, vocab_size: 5000, hidden_size: 9, num_layers: 1 };
    let (seq_len, lanes, hidden, width, vocab) = (20, 4, 9, 36, 5000);
    let problem = Problem::new(shape, seq_len, lanes, false);
    let (model, mut run) = problem.run::<f32>();
    let mut grads = vec![f32::NAN; model.values().len()];
    model.loss(&mut run, &problem.targets, None);
    model.backward(&mut run, &problem.inputs, &problem.targets, None, &mut grads);
    let sum = |term: &dyn Fn(usize, usize) -> Option<f32>| {
        let of_lane = |lane: usize| (0..seq_len).filter_map(|t| term(t, lane)).fold(0.0, |sum, term| sum + term);
        (0..lanes).map(of_lane).fold(0.0, |total, sum| total + sum)
    };
    let gradient = |entry: usize| &grads[model.entries()[entry].range.clone()];
    let row = |t: usize, lane: usize| t * lanes + lane;
    let (input, decoder, memory) = (gradient(0), gradient(model.entries().len() - 2), run.layer(0));
    for (v, unit) in (0..vocab).flat_map(|v| (0..hidden).map(move |unit| (v, unit))) {
        let term = |t, lane| Some(run.outputs[row(t, lane) * vocab + v] * memory.h[row(t + 1, lane) * hidden + unit]);
        assert_eq!(decoder[v * hidden + unit], sum(&term), "decoder, character {v}, unit {unit}");
    }
    for (gate, v) in (0..width).flat_map(|gate| (0..vocab).map(move |v| (gate, v))) {
        let read = |t, lane| problem.inputs[row(t, lane)] as usize == v;
        let term = |t, lane| read(t, lane).then(|| memory.d_gates[row(t, lane) * width + gate]);
        assert_eq!(input[gate * vocab + v], sum(&term), "input, row {gate}, character {v}");
    }
}

/// Sizes at the edges: one of everything, a single lane, widths beside the four and eight lanes of the kernels.
#[test]
fn gradients_of_odd_sizes() {
    for kind in KINDS {
        for (vocab_size, hidden_size, seq_len, batch_size) in
            [(1, 1, 1, 1), (2, 1, 3, 5), (3, 5, 2, 1), (9, 4, 3, 3), (5, 9, 2, 4)]
        {
            let shape = Shape { kind, vocab_size, hidden_size, num_layers: 2 };
            let problem = Problem::new(shape, seq_len, batch_size, false);
            if vocab_size > 1 {
                check(&problem, &format!("{shape:?} T={seq_len} B={batch_size}"));
                continue;
            }
            // the only character is certain: nothing to learn, not even a rounding error
            let (loss, gradients) = problem.exact_gradients::<f32>();
            assert_eq!(loss, 0.0, "{kind:?}");
            assert!([gradients.values, gradients.h0, gradients.c0].concat().iter().all(|&g| g == 0.0), "{kind:?}");
        }
    }
}

#[test]
fn gradients_through_restarts_of_the_state() {
    for kind in KINDS {
        let resets = [(0, 1), (2, 0), (2, 2), (5, 1)];
        let problem = Problem::changed(shape(kind, 2), 6, 3, false, |problem| problem.resets = resets.to_vec());
        check(&problem, &format!("{kind:?} restarts"));
        let (_, gradients) = problem.exact_gradients::<f32>();
        let second_lane = 3..6;
        assert!(
            gradients.h0[second_lane.clone()].iter().all(|&g| g == 0.0),
            "{kind:?}: a state that is thrown away has a gradient"
        );
        assert!(gradients.c0[second_lane].iter().all(|&g| g == 0.0), "{kind:?}: a state that is thrown away has a gradient");
    }
}

/// Quantities that can be held: gates of the kind, c and h.
fn quantities(kind: CellKind) -> Vec<char> {
    let gates = kind.gates().iter().copied().filter(|&gate| gate != 'h');
    gates.chain(kind.has_cell_state().then_some('c')).chain(['h']).collect()
}

#[test]
fn gradients_under_holds() {
    for kind in KINDS {
        for quantity in quantities(kind) {
            let hold = |layer: usize, unit: usize, value: f64| Hold { layer, quantity, unit, value };
            let holds = [hold(0, 1, 0.25), hold(1, 2, 0.75), hold(1, 0, 0.0)];
            let problem = Problem::changed(shape(kind, 2), 5, 2, true, |problem| problem.holds = holds.to_vec());
            check(&problem, &format!("{kind:?} {quantity} held"));
        }
    }
}

/// Nothing flows back through a held state, but the gradient that arrives at it is still reported, at every time step.
#[test]
fn a_held_state_reports_its_gradient() {
    let states = |kind: CellKind| if kind.has_cell_state() { &['c', 'h'][..] } else { &['h'] };
    for (kind, quantity) in KINDS.iter().flat_map(|&kind| states(kind).iter().map(move |&quantity| (kind, quantity))) {
        let holds = [Hold { layer: 0, quantity, unit: 1, value: 0.25 }];
        let mut problem = Problem::changed(shape(kind, 2), 5, 2, false, |problem| problem.holds = holds.to_vec());
        let mut loss_at = |value: f64| {
            problem.holds[0].value = value;
            problem.loss()
        };
        let numerical = (loss_at(0.25 + 1e-5) - loss_at(0.25 - 1e-5)) / 2e-5;
        problem.holds[0].value = 0.25;
        let (model, mut run) = problem.run::<f64>();
        model.loss(&mut run, &problem.targets, None);
        model.backward(&mut run, &problem.inputs, &problem.targets, None, &mut vec![0.0; model.values().len()]);
        let reported = if quantity == 'c' { &run.layer(0).d_c } else { &run.layer(0).d_h };
        let sum: f64 = reported.chunks(3).skip(2).map(|lane| lane[1]).sum();
        assert!((sum - numerical).abs() < 1e-9, "{kind:?} {quantity}: {sum}, expected {numerical}");
    }
}

#[test]
fn forward_equals_the_textbook() {
    for kind in KINDS {
        for num_layers in 1..=4 {
            let mut problem = Problem::new(shape(kind, num_layers), 7, 3, false);
            compare_forward::<f32>(&problem, 2e-6);
            compare_forward::<f64>(&problem, 1e-14);
            problem.holds =
                quantities(kind).iter().map(|&quantity| Hold { layer: num_layers - 1, quantity, unit: 1, value: 0.5 }).collect();
            problem.resets = vec![(3, 0), (4, 2)];
            compare_forward::<f32>(&problem, 2e-6);
            compare_forward::<f64>(&problem, 1e-14);
        }
    }
}

fn compare_forward<F: Number>(problem: &Problem, bound: f64) {
    let (trace, (_, run)) = (problem.trace(), problem.run::<F>());
    let Problem { shape, batch_size, .. } = *problem;
    let near = |what: &str, ours: &[F], theirs: &[f64]| {
        assert_eq!(ours.len(), theirs.len(), "{shape:?} {what}");
        for (index, (a, &b)) in ours.iter().zip(theirs).enumerate() {
            let a = a.to_f64();
            assert!((a - b).abs() <= bound * b.abs().max(1.0), "{shape:?} {what}[{index}]: {a}, expected {b}");
        }
    };
    near("logits", run.logits(), &trace.logits);
    for (layer, quantities) in trace.layers.iter().enumerate() {
        let memory = run.layer(layer);
        near("h", &memory.h[batch_size * shape.hidden_size..], &quantities[&'h']);
        if shape.kind.has_cell_state() {
            near("c", &memory.c[batch_size * shape.hidden_size..], &quantities[&'c']);
        }
        for (block, gate) in shape.kind.gates().iter().enumerate().filter(|(_, gate)| **gate != 'h') {
            let rows = memory.gates.chunks(shape.kind.num_gates() * shape.hidden_size);
            let ours: Vec<F> = rows.flat_map(|row| row.chunks(shape.hidden_size).nth(block).expect("a block")).copied().collect();
            near(&gate.to_string(), &ours, &quantities[gate]);
        }
    }
}

/// What is masked has gradient exactly 0: it neither reaches a state nor changes a bit of any gradient.
#[test]
fn a_masked_position_has_gradient_exactly_zero() {
    for kind in KINDS {
        let mut problem = Problem::new(shape(kind, 2), 6, 2, true);
        let last_counted = 3;
        problem.counted = Some((0..12).map(|position| position / 2 <= last_counted && position != 4).collect());
        let (loss, gradients) = problem.exact_gradients::<f32>();
        let mut other = problem.clone();
        for (position, counts) in problem.counted.iter().flatten().enumerate() {
            if !counts {
                other.targets[position] = (other.targets[position] + 1) % 4;
            }
            if position / 2 > last_counted {
                other.inputs[position] = (other.inputs[position] + 1) % 4;
            }
        }
        assert_eq!(other.exact_gradients::<f32>(), (loss, gradients), "{kind:?}");

        let (model, mut run) = problem.run::<f32>();
        model.loss(&mut run, &problem.targets, problem.counted.as_deref());
        let mut gradients = vec![0.0; model.values().len()];
        model.backward(&mut run, &problem.inputs, &problem.targets, problem.counted.as_deref(), &mut gradients);
        for layer in 0..2 {
            let after = (last_counted + 2) * 2 * 3..; // index t + 1 is time step t
            assert!(run.layer(layer).d_h[after.clone()].iter().all(|&d| d == 0.0), "{kind:?} dh of layer {layer}");
            let d_c = if kind.has_cell_state() { &run.layer(layer).d_c[after] } else { &[] };
            assert!(d_c.iter().all(|&d| d == 0.0), "{kind:?} dc of layer {layer}");
        }
    }
}

#[test]
fn a_window_in_which_nothing_counts_has_no_loss_and_no_gradient() {
    for kind in KINDS {
        let mut problem = Problem::new(shape(kind, 2), 3, 2, false);
        problem.counted = Some(vec![false; 6]);
        let (loss, gradients) = problem.exact_gradients::<f32>();
        assert_eq!(loss, 0.0);
        assert!([gradients.values, gradients.h0, gradients.c0].concat().iter().all(|&g| g == 0.0), "{kind:?}");
    }
}

/// lstm_1997 is an lstm whose forget rows are 0 and whose forget bias is 100: sigmoid(100) is 1 to the last bit of f32.
#[test]
fn lstm_1997_is_an_lstm_that_never_forgets() {
    for num_layers in 1..=4 {
        let problem = Problem::new(shape(CellKind::Lstm1997, num_layers), 6, 3, true);
        let (never_forgets, kept) = with_forget_bias(&problem, 100.0);
        compare_1997::<f32>(&problem, &never_forgets, &kept, 1e-7);
        compare_1997::<f64>(&problem, &never_forgets, &kept, 1e-14);
        let textbook = (problem.trace().logits, never_forgets.trace().logits);
        assert!(textbook.0.iter().zip(&textbook.1).all(|(a, b)| (a - b).abs() < 1e-13), "the two textbooks differ");
    }
}

fn compare_1997<F: Number>(problem: &Problem, lstm: &Problem, kept: &[usize], bound: f64) {
    let (logits, of_lstm) = (problem.run::<F>().1.logits().to_vec(), lstm.run::<F>().1.logits().to_vec());
    let difference = logits.iter().zip(&of_lstm).fold(0.0_f64, |most, (a, b)| most.max((a.to_f64() - b.to_f64()).abs()));
    assert!(difference <= bound, "{} layers: logits differ by {difference:e}", problem.shape.num_layers);
    let ((loss, ours), (loss_of_lstm, mut theirs)) = (problem.exact_gradients::<F>(), lstm.exact_gradients::<F>());
    assert!((loss - loss_of_lstm).abs() <= bound);
    theirs.values = kept.iter().map(|&index| theirs.values[index]).collect();
    let distance = ours.distance(&theirs);
    assert!(distance <= bound, "{} layers: gradients differ by {distance:e}", problem.shape.num_layers);
}

/// The lstm with the parameters of an lstm_1997, forget rows 0 and the given forget bias; and where each of the old parameters stands now.
fn with_forget_bias(problem: &Problem, forget_bias: f64) -> (Problem, Vec<usize>) {
    let mut lstm = problem.clone();
    lstm.shape.kind = CellKind::Lstm;
    let (mut rest, mut values, mut kept) = (&problem.values[..], Vec::new(), Vec::new());
    for (name, dimensions) in parameter_shapes(problem.shape) {
        let (numbers, after) = rest.split_at(dimensions.iter().product());
        rest = after;
        let block = if name.starts_with("rnn.") { numbers.len() / 3 } else { numbers.len() };
        for (index, numbers) in numbers.chunks(block).enumerate() {
            if index == 1 {
                let fill = if name.starts_with("rnn.bias_ih") { forget_bias } else { 0.0 };
                values.extend(std::iter::repeat_n(fill, block)); // block f stands between i and g
            }
            kept.extend(values.len()..values.len() + block);
            values.extend(numbers);
        }
    }
    lstm.values = values;
    (lstm, kept)
}
