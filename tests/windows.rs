//! How a text becomes windows: the seam of the stream, lines, answers, and what shrinks to a short text.
#![cfg(not(target_arch = "wasm32"))]

use lstm_playground::batches::{Batches, Mode, Window};
use lstm_playground::settings::Settings;
use lstm_playground::trainer::Trainer;
use lstm_playground::vocab::Vocab;

/// One window as text: per lane the characters read, those predicted with `.` where nothing counts, and time steps of zero states.
fn next(batches: &mut Batches, window: &mut Window, vocab: &Vocab) -> Vec<String> {
    batches.next(window);
    let (seq_len, lanes) = (batches.seq_len(), batches.batch_size());
    let show = |token: u32| if vocab.character(token) == '\n' { '/' } else { vocab.character(token) };
    let lane = |b: usize| {
        let rows = || (0..seq_len).map(|t| t * lanes + b);
        let read: String = rows().map(|k| show(window.inputs[k])).collect();
        let predicted: String = rows().map(|k| if window.counted[k] { show(window.targets[k]) } else { '.' }).collect();
        let zeroed: String =
            window.resets.iter().filter(|reset| reset.1 == b).map(|reset| format!(" zero at {}", reset.0)).collect();
        format!("{read} -> {predicted}{zeroed}")
    };
    (0..lanes).map(lane).collect()
}

fn windows_of(mode: Mode, text: &str, seq_len: usize, batch_size: usize, n: usize) -> Vec<Vec<String>> {
    let vocab = Vocab::from_text(text, &['\n']).unwrap();
    let tokens = vocab.encode(text).unwrap();
    let mut batches = Batches::new(mode, tokens, vocab.id('\n'), vocab.id(':'), seq_len, batch_size);
    let mut window = batches.window();
    (0..n).map(|_| next(&mut batches, &mut window, &vocab)).collect()
}

#[test]
fn the_seam_is_passed_with_the_state_and_without_it_by_turns() {
    let found = windows_of(Mode::Stream, "abcde", 2, 2, 11);
    let expected = [
        ["ab -> bc", "cd -> de"],
        ["cd -> de", "ea -> ab"], // lane 1 passes the first time: e is followed by a, and the state is carried
        ["ea -> ab", "bc -> cd"],
        ["bc -> cd", "de -> ea"],
        ["de -> ea", "ab -> bc zero at 0"], // the second time from zero
        ["ab -> bc zero at 0", "cd -> de"],
        ["cd -> de", "ea -> ab"], // the third time carried again
        ["ea -> ab", "bc -> cd"],
        ["bc -> cd", "de -> ea"],
        ["de -> ea", "ab -> bc zero at 0"],
        ["ab -> bc zero at 0", "cd -> de"],
    ];
    assert_eq!(found, expected);
    // inside a window as well
    let found = windows_of(Mode::Stream, "abc", 2, 1, 6);
    let expected = [["ab -> bc"], ["ca -> ab"], ["bc -> ca"], ["ab -> bc zero at 0"], ["ca -> ab"], ["bc -> ca"]];
    assert_eq!(found, expected);
    assert_eq!(windows_of(Mode::Stream, "abcd", 3, 1, 3), [["abc -> bcd"], ["dab -> abc"], ["cda -> dab zero at 2"]]);
}

#[test]
fn windows_shrink_to_the_text() {
    let size = |text: &str, seq_len, batch_size| {
        Trainer::new(&Settings { hidden_size: 2, seq_len, batch_size, ..Settings::default() }, text).unwrap().window_size()
    };
    assert_eq!(size("ab", 32, 8), (2, 1));
    assert_eq!(size(&"abc".repeat(20), 32, 8), (32, 1));
    assert_eq!(size(&"abc".repeat(20), 7, 8), (7, 8));
    assert_eq!(size(&"abc".repeat(20), 7, 64), (7, 8));
    assert_eq!(windows_of(Mode::Stream, "abcdefgh", 3, 2, 1), [["abc -> bcd", "efg -> fgh"]], "lanes start at l P / B'");
}

#[test]
fn a_lane_takes_the_next_unread_line() {
    let found = windows_of(Mode::Lines, "ab\nc\n\nde\n", 2, 2, 4);
    let expected = [
        ["/a -> ab zero at 0", "/c -> c/ zero at 0"],
        ["b/ -> /.", "/d -> de zero at 0"], // lane 0 goes on with its state, the rest of its window is masked
        ["/a -> ab zero at 0", "e/ -> /."],
        ["b/ -> /.", "/c -> c/ zero at 0"],
    ];
    assert_eq!(found, expected);
}

#[test]
fn only_the_answer_counts() {
    let found = windows_of(Mode::Answer, "1+1:2\nhi\na:b:cd", 8, 3, 1);
    assert_eq!(
        found,
        [["/1+1:2/ -> ....2/.", "/hi//// -> hi/....", "/a:b:cd -> ....cd/"].map(|lane| format!("{lane} zero at 0"))]
    );
    let settings = Settings { mode: Mode::Answer, hidden_size: 2, ..Settings::default() };
    assert_eq!(Trainer::new(&settings, "1+1:2\nhi\na:b:cd").unwrap().lines_without_colon(), 1);
}
