//! A training run as bytes: whoever restores it and trains on gets the bits of a run that was never interrupted. It refuses bytes of
//! another format, cut or changed ones; it is no exchange format: that is [`crate::safetensors`].
//!
//! Magic, format, engine version; settings, text, changes; counters and stop settings; optimizer, lanes, parameters, carried states; loss
//! curve, snapshots; CRC-32 of all before it. Little endian, counts before what they count.

mod bytes;

use crate::batches::Lane;
use crate::error::Error;
use crate::history::{History, LossCurve, MAX_LOSSES};
use crate::recipe::{Change, ChangeKey, crc32};
use crate::settings::{NAME_SETTINGS, NUMBER_SETTINGS, NumberSetting, SettingValue, Settings};
use crate::trainer::{StopReason, Trainer};
use bytes::{Reader, Writer, bad};

const MAGIC: &[u8; 8] = b"lstm-run";
const FORMAT: u32 = 3;
const ENGINE: &str = env!("CARGO_PKG_VERSION");
/// Largest counter: what a number of JavaScript counts exactly.
const LARGEST_COUNT: u64 = 1 << 53;
const STOP_REASONS: [Option<StopReason>; 5] = [
    None,
    Some(StopReason::NonFiniteLoss),
    Some(StopReason::NonFiniteGradient),
    Some(StopReason::Target),
    Some(StopReason::Steps),
];
const CHANGE_KEYS: [ChangeKey; 2] = [ChangeKey::Lr, ChangeKey::Clip];

/// The run as bytes; `with_history`: with the snapshots of earlier weights, up to 64 MiB more.
pub fn save(trainer: &Trainer, with_history: bool) -> Vec<u8> {
    let mut out = Writer(Vec::with_capacity(size_at_most(trainer, with_history)));
    out.0.extend_from_slice(MAGIC);
    out.u32(FORMAT);
    out.text(ENGINE);
    write_settings(&mut out, &trainer.settings);
    out.text(&trainer.text);
    write_changes(&mut out, &trainer.changes);
    write_changes(&mut out, &trainer.ahead);
    write_counters(&mut out, trainer);
    write_numbers(&mut out, trainer);
    write_curve(&mut out, &trainer.losses);
    let snapshots = trainer.history.snapshots();
    out.u64(if with_history { snapshots.len() as u64 } else { 0 });
    for (step, values) in snapshots.filter(|_| with_history) {
        out.u64(step);
        out.numbers(values);
    }
    out.u32(crc32(&out.0));
    out.0
}

/// The run that [`save`] has written. The bytes of another engine version are restored too, but can no longer be replayed from a link.
///
/// # Errors
/// `BadCheckpoint`; those of [`Trainer::new`] for a text or settings that this engine does not take.
pub fn restore(bytes: &[u8]) -> Result<Trainer, Error> {
    let (body, checksum) = bytes.split_last_chunk::<4>().ok_or_else(|| bad("it ends too early"))?;
    let mut input = Reader(body);
    if input.bytes(MAGIC.len())? != MAGIC {
        return Err(bad("it is not a checkpoint"));
    }
    let format = input.u32()?;
    if format != FORMAT {
        return Err(bad(format!("it has format {format}; this engine reads format {FORMAT}")));
    }
    if crc32(body) != u32::from_le_bytes(*checksum) {
        return Err(bad("its checksum is wrong: it was cut or changed"));
    }
    let same_engine = input.text()? == ENGINE;
    let settings = read_settings(&mut input)?;
    let mut trainer = Trainer::new(&settings, input.text()?)?;
    let made = read_changes(&mut input)?;
    let ahead = read_changes(&mut input)?;
    trainer.set_changes(made, ahead);
    read_counters(&mut input, &mut trainer)?;
    read_numbers(&mut input, &mut trainer)?;
    trainer.losses = read_curve(&mut input)?;
    trainer.history = read_history(&mut input, &trainer)?;
    trainer.replayable &= same_engine;
    if !input.0.is_empty() {
        return Err(bad(format!("{} bytes are left over", input.0.len())));
    }
    Ok(trainer)
}

/// Enough bytes, so that nothing is copied while they grow.
fn size_at_most(trainer: &Trainer, with_history: bool) -> usize {
    let n = trainer.model.values().len();
    let snapshots = if with_history { trainer.history.snapshots().len() } else { 0 };
    let states = trainer.settings.num_layers * trainer.batches.batch_size() * trainer.settings.hidden_size;
    let changes = trainer.changes.len() + trainer.ahead.len();
    4 * (n * (3 + snapshots) + 2 * states + MAX_LOSSES)
        + trainer.text.len()
        + 32 * (changes + snapshots + trainer.batches.batch_size())
        + 1024
}

fn write_settings(out: &mut Writer, settings: &Settings) {
    for setting in &NUMBER_SETTINGS {
        out.f64(settings.number(setting.key));
    }
    for setting in &NAME_SETTINGS {
        let index = setting.values.iter().position(|name| settings.is_named(setting.key, name));
        out.u8(index.expect("the table has every name") as u8);
    }
}

fn read_settings(input: &mut Reader) -> Result<Settings, Error> {
    let mut pairs = Vec::with_capacity(NUMBER_SETTINGS.len() + NAME_SETTINGS.len());
    for setting in &NUMBER_SETTINGS {
        pairs.push((setting.name.to_string(), SettingValue::Number(input.f64()?)));
    }
    for setting in &NAME_SETTINGS {
        let index = usize::from(input.u8()?);
        let name = setting.values.get(index).ok_or_else(|| bad(format!("{} has no value {index}", setting.name)))?;
        pairs.push((setting.name.to_string(), SettingValue::Name(name.to_string())));
    }
    Settings::from_pairs(pairs)
}

fn write_changes(out: &mut Writer, changes: &[Change]) {
    out.u64(changes.len() as u64);
    for change in changes {
        out.u32(change.step);
        out.u8(CHANGE_KEYS.iter().position(|&key| key == change.key).expect("the table has every key") as u8);
        out.f64(change.value.into());
    }
}

fn read_changes(input: &mut Reader) -> Result<Vec<Change>, Error> {
    let count = input.count(13)?;
    let mut changes = Vec::with_capacity(count);
    for _ in 0..count {
        let step = input.u32()?;
        let key = *CHANGE_KEYS.get(usize::from(input.u8()?)).ok_or_else(|| bad("a change of an unknown setting"))?;
        let value = input.f64()?;
        if NumberSetting::of_key(key.key()).is_none_or(|setting| setting.broken_limit(value).is_some()) {
            return Err(bad(format!("a change of {} to {value}", key.key())));
        }
        changes.push(Change { step, key, value: value as f32 });
    }
    Ok(changes)
}

fn write_counters(out: &mut Writer, trainer: &Trainer) {
    out.u64(trainer.steps_done);
    out.u8(trainer.replayable.into());
    out.optional(trainer.stop_at);
    out.optional(trainer.target_loss.map(|bits| f64::from(bits).to_bits()));
    out.optional(trainer.running_loss.map(f64::to_bits));
    out.u8(STOP_REASONS.iter().position(|&reason| reason == trainer.stop_reason).expect("the table has every reason") as u8);
    out.u64(trainer.optimizer.updates);
    trainer.optimizer.beta_products.iter().for_each(|&product| out.f64(product));
    let (lanes, next_line) = trainer.batches.position();
    out.u64(next_line as u64);
    out.u64(lanes.len() as u64);
    for lane in lanes {
        out.u64(lane.at as u64);
        out.u64(lane.within as u64);
        out.u64(lane.passed);
    }
}

fn read_counters(input: &mut Reader, trainer: &mut Trainer) -> Result<(), Error> {
    let count = |n: u64| if n < LARGEST_COUNT { Ok(n) } else { Err(bad(format!("it counts to {n}"))) };
    trainer.steps_done = count(input.u64()?)?;
    trainer.replayable = input.flag()?;
    trainer.stop_at = input.optional()?;
    trainer.target_loss = input.optional()?.map(|bits| f64::from_bits(bits) as f32);
    trainer.running_loss = input.optional()?.map(f64::from_bits);
    trainer.stop_reason = *STOP_REASONS.get(usize::from(input.u8()?)).ok_or_else(|| bad("an unknown reason to stop"))?;
    trainer.optimizer.updates = count(input.u64()?)?;
    for product in &mut trainer.optimizer.beta_products {
        *product = input.f64()?;
        if !(0.0..=1.0).contains(product) {
            return Err(bad(format!("a power of beta is {product}")));
        }
    }
    let next_line = input.index()?;
    let count = input.count(24)?;
    let mut lanes = Vec::with_capacity(count);
    for _ in 0..count {
        lanes.push(Lane { at: input.index()?, within: input.index()?, passed: input.u64()? });
    }
    if trainer.batches.go_to(&lanes, next_line) { Ok(()) } else { Err(bad("its lanes do not lie in its text")) }
}

fn write_numbers(out: &mut Writer, trainer: &Trainer) {
    out.numbers(trainer.model.values());
    out.numbers(&trainer.optimizer.first);
    out.numbers(&trainer.optimizer.second);
    let states = trainer.batches.batch_size() * trainer.settings.hidden_size;
    for index in 0..trainer.settings.num_layers {
        let memory = trainer.run.layer(index);
        out.numbers(&memory.h[..states]);
        out.numbers(&memory.c[..if memory.c.is_empty() { 0 } else { states }]);
    }
}

fn read_numbers(input: &mut Reader, trainer: &mut Trainer) -> Result<(), Error> {
    let values = input.numbers("parameters", trainer.model.values().len(), f32::is_finite)?;
    trainer.model.set_values(&values);
    let (first, second) = (trainer.optimizer.first.len(), trainer.optimizer.second.len());
    trainer.optimizer.first = input.numbers("first moments", first, |x| !x.is_nan())?;
    trainer.optimizer.second = input.numbers("second moments", second, |x| x >= 0.0)?;
    let states = trainer.batches.batch_size() * trainer.settings.hidden_size;
    for index in 0..trainer.settings.num_layers {
        let h = input.numbers("hidden states", states, f32::is_finite)?;
        let cells = if trainer.settings.cell_kind().has_cell_state() { states } else { 0 };
        let c = input.numbers("cell states", cells, |x| !x.is_nan())?;
        trainer.run.set_state(index, &h, &c);
    }
    Ok(())
}

fn write_curve(out: &mut Writer, curve: &LossCurve) {
    out.u64(curve.every);
    out.u64(curve.count);
    out.f64(curve.sum);
    out.numbers(&curve.means);
}

fn read_curve(input: &mut Reader) -> Result<LossCurve, Error> {
    let mut curve = LossCurve { every: input.u64()?, count: input.u64()?, sum: input.f64()?, ..LossCurve::new() };
    let points = Reader(input.0).count(size_of::<f32>())?;
    if !curve.every.is_power_of_two() || curve.every > LARGEST_COUNT || curve.count >= curve.every || points >= MAX_LOSSES {
        return Err(bad("its loss curve does not fit together"));
    }
    curve.means.extend(input.numbers("losses", points, f32::is_finite)?);
    Ok(curve)
}

/// The snapshots; where none were saved, the history begins with the weights of the checkpoint.
fn read_history(input: &mut Reader, trainer: &Trainer) -> Result<History, Error> {
    let n = trainer.model.values().len();
    let count = input.count(size_of_val(trainer.model.values()) + 16)?;
    let mut history = History::new(n);
    for _ in 0..count {
        let step = input.u64()?;
        let values = input.numbers("parameters of a snapshot", n, f32::is_finite)?;
        if step > trainer.steps_done || !history.append(step, &values) {
            return Err(bad(format!("its snapshot of training step {step} does not follow the others")));
        }
    }
    if count == 0 {
        history.restart(trainer.steps_done, trainer.model.values());
    }
    Ok(history)
}
