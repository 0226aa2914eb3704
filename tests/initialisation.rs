//! Where a model begins: orthogonal recurrent weights, gates that keep, and that nothing changes where neither is asked for.
use lstm_playground::cell::{Activation, CellKind};
use lstm_playground::model::{Entry, Initialisation, Model, RecurrentInit, Shape};

fn begun(kind: CellKind, hidden_size: usize, how: Initialisation) -> Model<f32> {
    let mut model = Model::new(Shape { kind, vocab_size: 5, hidden_size, num_layers: 2 });
    model.initialise(&how);
    model
}

fn of<'a>(model: &'a Model<f32>, name: &str) -> &'a [f32] {
    let entry: &Entry = model.entries().iter().find(|entry| entry.name == name).expect(name);
    &model.values()[entry.range.clone()]
}

const ORTHOGONAL: Initialisation = Initialisation {
    seed: 3,
    recurrent_init: RecurrentInit::Orthogonal,
    input_scale: 1.0,
    recurrent_scale: 1.6,
    forget_bias: 0.0,
    time_scale: 1.0,
};

#[test]
fn every_block_of_recurrent_weights_has_rows_of_one_length_at_right_angles() {
    for kind in [CellKind::Rnn(Activation::Tanh), CellKind::Lstm, CellKind::GruCho] {
        for hidden in [1, 2, 7, 32, 128] {
            let model = begun(kind, hidden, ORTHOGONAL);
            for name in ["rnn.weight_hh_l0", "rnn.weight_hh_l1"] {
                for block in of(&model, name).chunks_exact(hidden * hidden) {
                    for (r, row) in block.chunks_exact(hidden).enumerate() {
                        for (q, other) in block.chunks_exact(hidden).enumerate() {
                            let product: f64 = row.iter().zip(other).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                            let right = if r == q { 1.6 * 1.6 } else { 0.0 };
                            assert!((product - right).abs() < 1e-5, "{kind:?} {hidden} {name}: rows {r} and {q}: {product}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn orthogonal_weights_leave_all_other_parameters_as_they_are_drawn() {
    let plain = begun(CellKind::Lstm, 7, Initialisation { recurrent_init: RecurrentInit::Uniform, ..ORTHOGONAL });
    let model = begun(CellKind::Lstm, 7, ORTHOGONAL);
    for entry in model.entries() {
        let same = of(&plain, &entry.name) == of(&model, &entry.name);
        assert_eq!(same, !entry.name.starts_with("rnn.weight_hh"), "{}", entry.name);
    }
    // the first row keeps its direction
    let (drawn, row) = (&of(&plain, "rnn.weight_hh_l0")[..7], &of(&model, "rnn.weight_hh_l0")[..7]);
    let ratios: Vec<f32> = row.iter().zip(drawn).map(|(q, u)| q / u).collect();
    assert!(ratios.iter().all(|ratio| *ratio > 0.0 && (ratio / ratios[0] - 1.0).abs() < 1e-5), "{ratios:?}");
}

#[test]
fn time_scales_are_spread_from_two_steps_to_the_longest() {
    let hidden = 32;
    for (kind, block) in
        [(CellKind::Lstm, 1), (CellKind::LstmPeephole, 1), (CellKind::LstmCifg, 0), (CellKind::Gru, 1), (CellKind::GruCho, 1)]
    {
        let plain = begun(kind, hidden, Initialisation { seed: 9, ..Initialisation::default() });
        let model = begun(kind, hidden, Initialisation { seed: 9, time_scale: 100.0, ..Initialisation::default() });
        for layer in ["rnn.bias_ih_l0", "rnn.bias_ih_l1"] {
            for (k, (with, without)) in of(&model, layer).iter().zip(of(&plain, layer)).enumerate() {
                let (gate, unit) = (k / hidden, k % hidden);
                let tau = if gate == block { 100f64.powf((unit as f64 + 0.5) / hidden as f64) } else { 1.0 };
                assert!((f64::from(with - without) - tau.ln()).abs() < 1e-5, "{kind:?} {layer} {k}: {with} {without}");
            }
        }
    }
}

#[test]
fn a_cell_without_a_gate_that_keeps_has_no_time_scale() {
    for kind in [CellKind::Rnn(Activation::Tanh), CellKind::Lstm1997] {
        let with = begun(kind, 8, Initialisation { time_scale: 50.0, forget_bias: 3.0, ..Initialisation::default() });
        assert_eq!(with.values(), begun(kind, 8, Initialisation::default()).values(), "{kind:?}");
    }
}
