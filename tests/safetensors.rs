//! The safetensors reader and writer against literal bytes: what the reference implementation wrote, every way a file can be wrong, and
//! a hundred thousand mangled files. Whether PyTorch agrees is asked in `pytorch.rs`.

use lstm_playground::cell::CellKind;
use lstm_playground::error::Error;
use lstm_playground::model::{Initialisation, Model, Shape};
use lstm_playground::safetensors::{File, HEADER_LIMIT, Tensor, read, read_into, read_model, write, write_model};

/// `safetensors.torch.save({"b": zeros(2), "a": ones(1, 2)}, metadata={"format": "pt"})` of safetensors 0.8.0, byte for byte.
const REFERENCE: &[u8] = b"\x90\0\0\0\0\0\0\0{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\
    \"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}   \
    \0\0\x80\x3f\0\0\x80\x3f\0\0\0\0\0\0\0\0";

/// A file of this header, as it stands, and this data.
fn file(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

/// The reason for which `read` refuses these bytes.
fn refusal(bytes: &[u8]) -> String {
    match read(bytes) {
        Err(Error::BadFile { reason }) => reason,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn writes_the_bytes_of_the_reference_implementation() {
    let bytes = write(&[("a", &[1, 2], &[1.0, 1.0]), ("b", &[2], &[0.0, 0.0])], &[("format", "pt")]);
    assert_eq!(bytes, REFERENCE);
    assert_eq!(write(&[], &[]), b"\x08\0\0\0\0\0\0\0{}      ");
}

#[test]
fn reads_the_bytes_of_the_reference_implementation() {
    let expected = File {
        tensors: vec![
            Tensor { name: "a".into(), shape: vec![1, 2], values: vec![1.0, 1.0] },
            Tensor { name: "b".into(), shape: vec![2], values: vec![0.0, 0.0] },
        ],
        metadata: vec![("format".into(), "pt".into())],
    };
    assert_eq!(read(REFERENCE), Ok(expected));
    assert_eq!(read_into(REFERENCE, &[("b", &[2]), ("a", &[1, 2])]), Ok(vec![0.0, 0.0, 1.0, 1.0]), "in the order asked for");
}

#[test]
fn round_trip_keeps_every_bit() {
    let values = [f32::MIN_POSITIVE, -0.0, 1e-45, f32::MAX, -1.5, 0.1];
    let metadata =
        [("recipe", "v=1&m=gru_cho&x=a-b_.c&k=01234567"), ("quotes", "\"\\\n\u{1}\u{2028}"), ("汉字", "👩‍🚀 é"), ("", "")];
    let tensors: [(&str, &[usize], &[f32]); 4] = [
        ("rnn.weight_ih_l0", &[3, 2], &values),
        ("single", &[], &[7.0]),
        ("none", &[4, 0], &[]),
        ("\"字\\", &[1, 1, 1], &[f32::INFINITY]),
    ];
    let bytes = write(&tensors, &metadata);
    assert_eq!(u64::from_le_bytes(bytes[..8].try_into().unwrap()) % 8, 0, "data is aligned");
    let read = read(&bytes).expect("own file");
    for (tensor, (name, shape, values)) in read.tensors.iter().zip(tensors) {
        assert_eq!((tensor.name.as_str(), tensor.shape.as_slice()), (name, shape));
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&tensor.values), bits(values));
    }
    assert_eq!(read.tensors.len(), tensors.len());
    assert_eq!(read.metadata, metadata.map(|(key, value)| (key.to_string(), value.to_string())));
}

#[test]
fn nan_survives_reading_but_not_loading() {
    let bytes = write(&[("a", &[2], &[0.0, f32::NAN])], &[]);
    assert!(read(&bytes).expect("a valid file").tensors[0].values[1].is_nan());
    let reason = read_into(&bytes, &[("a", &[2])]).unwrap_err().to_string();
    assert_eq!(reason, "the weights file cannot be read: tensor \"a\" holds NaN at index 1");
}

#[test]
fn malformed_files_each_have_their_sentence() {
    let zeros = [0; 16];
    let cases: &[(Vec<u8>, &str)] = &[
        (b"".to_vec(), "it has 0 bytes and ends inside the header's length"),
        (b"\x02\0\0\0\0\0\0".to_vec(), "it has 7 bytes and ends inside the header's length"),
        (b"\x03\0\0\0\0\0\0\0{}".to_vec(), "its header claims 3 bytes, but only 2 follow"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff{}".to_vec(), "its header claims 18446744073709551615 bytes; the limit is 1048576"),
        (b"\x01\0\x10\0\0\0\0\0{}".to_vec(), "its header claims 1048577 bytes; the limit is 1048576"),
        (b"\0\0\0\0\0\0\0\0".to_vec(), "its header does not begin with {"),
        (file(" {}", b""), "its header does not begin with {"),
        (file("[]", b""), "its header does not begin with {"),
        (b"PK\x03\x04\0\0\0\0archive/data.pkl".to_vec(), "its header claims 67324752 bytes; the limit is 1048576"),
        (file("{", b""), "its header is not JSON: "),
        (file("{}x", b""), "its header is not JSON: "),
        (b"\x05\0\0\0\0\0\0\0{\"\xff\":".to_vec(), "its header is not JSON: "),
        (file(r#"{"a":1}"#, b""), "its header does not describe tensors: "),
        (file(r#"{"a":{"dtype":"F32","shape":[1]}}"#, &zeros[..4]), "its header does not describe tensors: "),
        (
            file(r#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, &zeros[..4]),
            "its header does not describe tensors: ",
        ),
        (
            file(r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, &zeros[..4]),
            r#"tensor "a" has 3 data offsets instead of 2"#,
        ),
        (file(r#"{"__metadata__":{"epoch":3}}"#, b""), "its header does not describe tensors: "),
        (file(r#"{"__metadata__":{},"__metadata__":{}}"#, b""), "key __metadata__ comes twice in its header"),
        (file(r#"{"__metadata__":{"a":"1","a":"2"}}"#, b""), r#"key "a" comes twice in its header"#),
        (
            file(
                r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
                &zeros[..8],
            ),
            r#"key "a" comes twice in its header"#,
        ),
        (
            file(r#"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#, &zeros[..8]),
            r#"tensor "a" has dtype F64; only F32 is read"#,
        ),
        (
            file(r#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, &zeros[..4]),
            r#"tensor "a" has dtype F16; only F32 is read"#,
        ),
        (
            file(r#"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}"#, &zeros[..4]),
            r#"tensor "a" has dtype BF16; only F32 is read"#,
        ),
        (
            file(r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, &zeros[..4]),
            r#"tensor "a" lies at bytes 0 to 8 of 4"#,
        ),
        (
            file(r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, &zeros[..4]),
            r#"tensor "a" lies at bytes 4 to 0 of 4"#,
        ),
        (
            file(r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551615]}}"#, &zeros[..4]),
            r#"tensor "a" lies at bytes 0 to 18446744073709551615 of 4"#,
        ),
        (
            file(r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, &zeros[..4]),
            r#"tensor "a" has 4 bytes, which is not what its shape says"#,
        ),
        (
            file(r#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, b""),
            r#"tensor "a" has 0 bytes, which is not what its shape says"#,
        ),
        (
            file(
                r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
                &zeros[..12],
            ),
            r#"bytes 4 to 8 of its data, before tensor "b", belong to none"#,
        ),
        (
            file(r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, &zeros[..8]),
            r#"bytes 0 to 4 of its data, before tensor "a", belong to none"#,
        ),
        (
            file(
                r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
                &zeros[..12],
            ),
            r#"tensor "b" overlaps the one before it"#,
        ),
        (
            file(
                r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
                &zeros[..4],
            ),
            r#"tensor "b" overlaps the one before it"#,
        ),
        (file(r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, &zeros[..5]), "1 bytes follow the last tensor"),
        (file("{}", &zeros), "16 bytes follow the last tensor"),
    ];
    for (bytes, reason) in cases {
        let refusal = refusal(bytes);
        // what stands after "JSON: " and "tensors: " is the JSON parser's own sentence
        assert!(refusal == *reason || reason.ends_with(": ") && refusal.starts_with(reason), "{refusal}, expected {reason}");
    }
}

#[test]
fn loading_wants_exactly_the_expected_tensors() {
    let refusal = |expected: &[(&str, &[usize])]| read_into(REFERENCE, expected).unwrap_err().to_string();
    let sentence = |reason: &str| format!("the weights file cannot be read: {reason}");
    assert_eq!(refusal(&[("a", &[1, 2]), ("b", &[2]), ("c", &[1])]), sentence(r#"tensor "c" is missing"#));
    assert_eq!(refusal(&[("a", &[1, 2])]), sentence(r#"tensor "b" is not part of this model"#));
    assert_eq!(refusal(&[("a", &[2, 1]), ("b", &[2])]), sentence(r#"tensor "a" has shape [1, 2], expected [2, 1]"#));
    assert_eq!(refusal(&[("a", &[2]), ("b", &[2])]), sentence(r#"tensor "a" has shape [1, 2], expected [2]"#));
    assert_eq!(refusal(&[("A", &[1, 2]), ("b", &[2])]), sentence(r#"tensor "A" is missing"#));
}

#[test]
fn a_model_goes_out_and_comes_in_only_with_its_vocabulary() {
    let shape = Shape { kind: CellKind::LstmPeephole, vocab_size: 3, hidden_size: 2, num_layers: 2 };
    let mut model = Model::<f32>::new(shape);
    model.initialise(&Initialisation { seed: 7, forget_bias: 1.0, ..Initialisation::default() });
    let bytes = write_model(model.entries(), model.values(), &['\n', '"', '汉'], "v=1&m=lstm_peephole");
    let file = read(&bytes).expect("own file");
    let value = |key| file.metadata_value(key).unwrap_or_default();
    assert_eq!((value("format"), value("recipe"), value("vocabulary")), ("pt", "v=1&m=lstm_peephole", r#""\n\"汉""#));
    assert_eq!(file.tensors[4].name, "rnn.weight_pi_l0");
    assert_eq!(
        file.tensors.last().map(|tensor| (tensor.name.as_str(), tensor.shape.as_slice())),
        Some(("decoder.bias", &[3][..]))
    );
    assert_eq!(read_model(&bytes, model.entries(), &['\n', '"', '汉']).as_deref(), Ok(model.values()));
    let reason = read_model(&bytes, model.entries(), &['\n', '"', '字']).unwrap_err().to_string();
    assert_eq!(reason, "the weights file cannot be read: it belongs to a text with other characters");
    let gru = Model::<f32>::new(Shape { kind: CellKind::Gru, ..shape });
    let reason = read_model(&bytes, gru.entries(), &['\n', '"', '汉']).unwrap_err().to_string();
    assert_eq!(reason, r#"the weights file cannot be read: tensor "rnn.weight_ih_l0" has shape [8, 3], expected [6, 3]"#);
}

#[test]
fn sentences_stay_short_and_printable() {
    let name = "\\u0007n".repeat(1000);
    let reason = refusal(&file(&format!(r#"{{"{name}":{{"dtype":"{name}","shape":[],"data_offsets":[0,4]}}}}"#), &[0; 4]));
    assert!(reason.chars().count() < 600 && !reason.contains('\u{7}'.to_string().repeat(17).as_str()), "{reason}");
    let deep = "[".repeat(HEADER_LIMIT - 5);
    assert!(refusal(&file(&format!(r#"{{"a":{deep}"#), b"")).len() < 300);
}

/// SplitMix64, the high half of each output.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 32) as usize % limit
    }
}

/// One to four changes: a byte replaced, removed or inserted, the end cut off, a piece of JSON written over, a number replaced.
fn mangle(bytes: &mut Vec<u8>, random: &mut Random) {
    const PIECES: [&[u8]; 12] =
        [b"{", b"}", b"[", b"]", b",", b":", b"\"", b"\\u", b"18446744073709551615", b"-1", b"1e999", b"\"__metadata__\":{}"];
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
        match random.below(6) {
            _ if bytes.is_empty() => bytes.push(random.below(256) as u8),
            0 => bytes[at] = random.below(256) as u8,
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, random.below(256) as u8),
            3 if random.below(8) == 0 => bytes.truncate(at),
            3 => bytes[at] ^= 1 << random.below(8),
            4 => {
                let piece = PIECES[random.below(PIECES.len())];
                let end = (at + piece.len()).min(bytes.len());
                bytes.splice(at..end, piece.iter().copied());
            }
            _ => {
                let digit = bytes.iter().enumerate().skip(at).find(|(_, byte)| byte.is_ascii_digit()).map(|(index, _)| index);
                bytes[digit.unwrap_or(at)] = b'0' + random.below(10) as u8;
            }
        }
    }
}

#[test]
fn mangled_files_never_panic_and_what_is_accepted_is_whole() {
    let mut random = Random(20260101);
    let mut accepted = 0;
    for round in 0..100_000 {
        let mut bytes = REFERENCE.to_vec();
        mangle(&mut bytes, &mut random);
        if round % 2 == 0 && bytes.len() > 24 {
            let header = bytes.len() - 24; // half of the manglings keep the header's length true, so that they get past it
            bytes[..8].copy_from_slice(&(header as u64).to_le_bytes());
        }
        let _ = read_into(&bytes, &[("a", &[1, 2]), ("b", &[2])]);
        let Ok(file) = read(&bytes) else { continue };
        accepted += 1;
        let again = write_all(&file);
        assert_eq!(read(&again).map(|file| write_all(&file)), Ok(again), "an accepted file survives writing");
    }
    assert!(accepted > 1000, "only {accepted} manglings were still valid: the others say little about the layout checks");
}

fn write_all(file: &File) -> Vec<u8> {
    let tensors: Vec<(&str, &[usize], &[f32])> =
        file.tensors.iter().map(|tensor| (tensor.name.as_str(), tensor.shape.as_slice(), tensor.values.as_slice())).collect();
    let metadata: Vec<(&str, &str)> = file.metadata.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    write(&tensors, &metadata)
}
