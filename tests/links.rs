//! Recipe links against `tests/links.json`, which `tests/page/links.test.mjs` reads too, and against damage: every prefix and every
//! one-character change of 20 links, 10^5 manglings, two bombs whose memory is counted.

mod counting;

use lstm_playground::recipe::{
    Decoded, Fragment, MAX_ENCODED, MAX_LINK, MAX_TEXT, Notice, NoticeKind, Recipe, RecipeText, Status, decode, encode, weights,
};
use lstm_playground::rng::Rng;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Golden {
    alphabet: String,
    statuses_of: Vec<Statuses>,
    links: Vec<Link>,
}

/// CRC-32 of the statuses, joined by commas, of every prefix and of every one-character change of a link.
#[derive(Deserialize)]
struct Statuses {
    name: String,
    prefixes: String,
    changes: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    name: String,
    fragment: String,
    status: Status,
    pairs: Vec<(String, String)>,
    #[serde(default)]
    last_is_cut: bool,
    recipe: Recipe,
    notices: Vec<Notice>,
    /// what the recipe is written as
    written: String,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("links.json")).expect("links.json is well formed")
}

impl Golden {
    fn damaged_by_change(&self) -> impl Iterator<Item = (&Statuses, &str)> {
        let fragment =
            |name: &str| self.links.iter().find(|link| link.name == name).expect("statusesOf names a link").fragment.as_str();
        self.statuses_of.iter().map(move |statuses| (statuses, fragment(&statuses.name)))
    }
}

#[test]
fn every_link_is_read_as_recorded() {
    let golden = golden();
    assert!(golden.links.len() >= 80);
    for link in &golden.links {
        let Decoded { recipe, notices, status } = decode(&link.fragment);
        let fragment = Fragment::parse(&link.fragment);
        let name = &link.name;
        assert_eq!(status, link.status, "{name}: status");
        assert_eq!(fragment.pairs, link.pairs, "{name}: pairs");
        assert_eq!(fragment.last_is_cut, link.last_is_cut, "{name}: where it was cut");
        assert_eq!(recipe, link.recipe, "{name}: recipe");
        assert_eq!(notices, link.notices, "{name}: notices");
        assert_eq!(encode(&recipe), link.written, "{name}: written again");
        assert_eq!(decode(&link.written).recipe, recipe, "{name}: decode(encode(decode(x)))");
        assert!(link.written.bytes().all(|b| b.is_ascii_alphanumeric() || b"=&_.-".contains(&b)), "{name}: alphabet");
    }
}

#[test]
fn a_recipe_survives_json() {
    for link in golden().links {
        let text = serde_json::to_string(&link.recipe).expect("a recipe is plain");
        assert_eq!(serde_json::from_str::<Recipe>(&text).expect("a plain recipe is a recipe"), link.recipe, "{}", link.name);
    }
    assert!(serde_json::from_str::<Recipe>(r#"{"stepz": 1}"#).is_err(), "unknown fields are errors");
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Checked => "checked",
        Status::Cut => "cut",
        Status::Damaged => "damaged",
        Status::NotChecked => "notChecked",
        Status::ViewOnly => "viewOnly",
    }
}

/// Reads each fragment, demands that the damage is noticed, and gives the CRC-32 of all statuses.
fn noticed(fragments: impl Iterator<Item = String>) -> String {
    let status = |fragment: String| {
        let decoded = decode(&fragment);
        let first = decoded.notices.first().map(|notice| notice.kind);
        assert!(matches!(first, Some(NoticeKind::Cut | NoticeKind::Damaged)), "{fragment} is not noticed: {decoded:?}");
        status_name(decoded.status)
    };
    format!("{:08x}", crc32fast::hash(fragments.map(status).collect::<Vec<_>>().join(",").as_bytes()))
}

#[test]
fn every_prefix_and_every_change_of_a_character_is_noticed() {
    let golden = golden();
    assert!(golden.statuses_of.len() >= 20);
    for (statuses, fragment) in golden.damaged_by_change() {
        let prefixes = (1..fragment.len()).map(|end| fragment[..end].to_owned());
        assert_eq!(noticed(prefixes), statuses.prefixes, "{}: prefixes, as in JavaScript", statuses.name);
        let changes = fragment.char_indices().flat_map(|(at, old)| {
            let change = move |new: char| format!("{}{new}{}", &fragment[..at], &fragment[at + old.len_utf8()..]);
            golden.alphabet.chars().filter(move |&new| new != old).map(change)
        });
        assert_eq!(noticed(changes), statuses.changes, "{}: changes, as in JavaScript", statuses.name);
    }
}

/// One random piece of damage.
fn mangle(characters: &mut Vec<char>, other: &[char], random: &mut Rng) {
    const STRANGE: [char; 20] =
        ['%', '#', '&', '=', '_', ';', '+', '\n', '\u{AD}', '。', '👩', '\0', '2', '5', 'k', 'v', 'z', 'a', '-', '.'];
    let mut below = |limit: usize| random.next_u32() as usize % limit.max(1);
    let (from, length) = (below(characters.len()), below(12));
    let to = (from + length).min(characters.len());
    match below(8) {
        0 => drop(characters.drain(from..to)),
        1 => characters.truncate(from),
        2 => characters.insert(from, STRANGE[below(STRANGE.len())]),
        3 => characters[from..to].iter_mut().for_each(|c| *c = c.to_ascii_uppercase()),
        4 => characters[from..to].reverse(),
        5 => drop(characters.splice(from..from, other[below(other.len())..].iter().copied())),
        6 => {
            let escaped: Vec<char> =
                characters[from..to].iter().flat_map(|&c| format!("%{:02x}", c as u32).chars().collect::<Vec<_>>()).collect();
            characters.splice(from..to, escaped);
        }
        _ => {
            let strange = STRANGE[below(STRANGE.len())];
            if let Some(character) = characters.get_mut(from) {
                *character = strange;
            }
        }
    }
}

#[test]
fn a_hundred_thousand_manglings_neither_panic_nor_pass_in_silence() {
    let golden = golden();
    let links: Vec<Vec<char>> = golden.links.iter().map(|link| link.fragment.chars().collect()).collect();
    let checked: Vec<&Recipe> =
        golden.links.iter().filter(|link| link.status == Status::Checked).map(|link| &link.recipe).collect();
    let mut random = Rng::samples(6);
    let mut statuses = [0; 2];
    for _ in 0..100_000 {
        let mut characters = links[random.next_u32() as usize % links.len()].clone();
        let other = &links[random.next_u32() as usize % links.len()];
        for _ in 0..=random.next_u32() % 3 {
            mangle(&mut characters, other, &mut random);
        }
        let fragment: String = characters.into_iter().collect();
        let decoded = decode(&fragment);
        let passes = decoded.status == Status::Checked;
        statuses[usize::from(passes)] += 1;
        if passes {
            assert!(checked.contains(&&decoded.recipe), "{fragment} passes for a link that nobody wrote");
        } else if decoded.status == Status::ViewOnly {
            let shown = Recipe { view: decoded.recipe.view.clone(), ..Recipe::default() };
            assert_eq!(decoded.recipe, shown, "{fragment} says nothing and changes something");
        } else {
            assert!(!decoded.notices.is_empty(), "{fragment} is silent");
        }
        assert_eq!(decode(&encode(&decoded.recipe)).recipe, decoded.recipe, "{fragment} does not survive");
    }
    assert!(statuses.iter().all(|&count| count > 1000), "both outcomes occur: {statuses:?}");
}

fn signed(body: &str) -> String {
    format!("{body}&k={:08x}", crc32fast::hash(body.as_bytes()))
}

fn base64url(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bit = |index: usize| bytes.get(index / 8).map_or(0, |byte| byte >> (7 - index % 8) & 1);
    (0..(bytes.len() * 8).div_ceil(6))
        .map(|digit| char::from(alphabet[(0..6).fold(0, |value, n| value << 1 | usize::from(bit(digit * 6 + n)))]))
        .collect()
}

#[test]
fn a_bomb_of_512_kb_is_refused_unread() {
    let link = signed(&format!("v=1&h=64&z=d{}", "A".repeat(512 << 10)));
    let (decoded, bytes) = counting::peak(|| decode(&link));
    assert_eq!(decoded.status, Status::Checked);
    assert_eq!(decoded.recipe.text, None);
    assert_eq!(decoded.recipe.settings.hidden_size, 64, "the rest is read");
    let notice = &decoded.notices[0];
    assert_eq!(
        (notice.kind, notice.value.as_deref(), notice.limit),
        (NoticeKind::TextTooLong, Some("524288"), Some(MAX_ENCODED as f64))
    );
    assert!(bytes < 4 * link.len(), "{bytes} bytes were taken");
}

#[test]
fn a_bomb_of_61_kb_is_stopped_at_one_mebibyte() {
    let bomb = miniz_oxide::deflate::compress_to_vec(&vec![b'a'; 60 << 20], 9);
    assert!((60_000..64 << 10).contains(&bomb.len()), "{} bytes", bomb.len());
    let link = signed(&format!("v=1&z=d{}", base64url(&bomb)));
    let (decoded, bytes) = counting::peak(|| decode(&link));
    assert_eq!(decoded.recipe.text, None);
    let notice = &decoded.notices[0];
    assert_eq!((notice.kind, notice.limit), (NoticeKind::TextTooLong, Some(MAX_TEXT as f64)));
    assert!(bytes < 3 * MAX_TEXT, "{bytes} bytes were taken");
}

#[test]
fn a_link_longer_than_any_browser_takes_is_not_read() {
    let link = "v=1&".repeat(MAX_LINK / 4 + 1);
    let (decoded, bytes) = counting::peak(|| decode(&link));
    assert_eq!(decoded.recipe, Recipe::default());
    assert_eq!(decoded.notices.len(), 1);
    assert_eq!(decoded.notices[0].kind, NoticeKind::TextTooLong);
    assert!(bytes < 4096, "{bytes} bytes were taken");
    let (decoded, bytes) = counting::peak(|| decode(&link[4..]));
    assert_eq!(decoded.status, Status::Cut);
    assert!(bytes < 4 * MAX_LINK, "a flood of pairs took {bytes} bytes");
}

#[test]
fn texts_up_to_the_limits_come_back() {
    let sentence = "long ago, in a far and quiet land. ";
    let long: String = sentence.repeat(MAX_TEXT / sentence.len());
    let exact = "a".repeat(MAX_TEXT);
    for text in [long, exact, "ab".repeat(20_000), "長恨歌\n".repeat(9_000)] {
        let recipe = Recipe { text: Some(RecipeText::Text(text)), digest: Some("9c41e07a".to_owned()), ..Recipe::default() };
        assert_eq!(decode(&encode(&recipe)).recipe, recipe);
    }
    let text = RecipeText::Text("a".repeat(MAX_TEXT + 1));
    let recipe = Recipe { text: Some(text), steps: 10, digest: Some("9c41e07a".to_owned()), ..Recipe::default() };
    let decoded = decode(&encode(&recipe));
    assert_eq!(decoded.recipe, Recipe::default(), "what cannot be replayed makes no claim");
    assert_eq!(decoded.notices[0].kind, NoticeKind::NoText);
}

#[test]
fn a_cut_text_is_offered_as_its_true_beginning() {
    let text: String = (0..600).map(|n| format!("line {n} of a poem 詩\n")).collect();
    let link = encode(&Recipe { text: Some(RecipeText::Text(text.clone())), ..Recipe::default() });
    let mut longest = 0;
    for end in "v=1&z=d".len()..link.len() - "&k=00000000".len() {
        let decoded = decode(&link[..end]);
        let Some(RecipeText::Text(beginning)) = decoded.recipe.text else { continue };
        assert!(text.starts_with(&beginning), "{beginning}");
        assert_eq!(decoded.notices[0].value, Some(beginning.chars().count().to_string()));
        longest = longest.max(beginning.len());
    }
    assert!(longest > text.len() * 9 / 10);
}

#[test]
fn weights_in_a_link_are_close_and_stay_the_same() {
    let entries = [(12, 7), (12, 3), (1, 12), (1, 12), (7, 3), (1, 7), (1, 1)];
    let count = entries.iter().map(|(rows, columns)| rows * columns).sum();
    let mut random = Rng::samples(3);
    let mut values: Vec<f32> = (0..count).map(|_| random.uniform_within(3.0)).collect();
    values[..7].fill(0.0);
    values[count - 1] = -1e-30;
    let written = weights::encode(&values, &entries);
    assert_eq!(written.len() as u64, weights::encoded_length(&entries));
    let read = weights::decode(&written, &entries).expect("own weights are readable");
    for (value, read) in values.iter().zip(&read) {
        assert!((value - read).abs() <= 3.0 / 250.0, "{value} became {read}");
    }
    assert_eq!(weights::encode(&read, &entries), written, "weights that were read are written the same");
}

#[test]
fn weights_that_do_not_fit_are_refused() {
    let entries = [(2, 3), (1, 2)];
    let good = weights::encode(&[0.5; 8], &entries);
    let huge = [(usize::MAX, usize::MAX)];
    for (value, entries) in [
        ("", &entries[..]),
        ("b0000", &entries[..]),
        (&good[..good.len() - 1], &entries[..]),
        (&format!("{good}A"), &entries[..]),
        (&good.replacen(&good[1..2], "é", 1), &entries[..]),
        (&format!("q__{}", &good[3..]), &entries[..]),
        (&good, &entries[..1]),
        (&good, &huge[..]),
        (&format!("q{}", "A".repeat(MAX_ENCODED + 1)), &entries[..]),
    ] {
        assert!(weights::decode(value, entries).is_err(), "{value}");
    }
}
