//! A small part of the grid of bad networks: a few cells of each row, with fewer players for a shorter
//! time. `cargo run --release -p tumult-tests --bin network-grid` plays all of it.

use tumult_tests::grid::{Cell, Size, play_all, rows, table::Line};

const SIZE: Size = Size { clients: 16, seconds: 24.0, seeds: 1 };

/// Plays cells; each must reach its bar.
fn reach(cells: &[Cell], size: Size) {
    assert!(!cells.is_empty(), "no cell of that name");
    let missed: Vec<String> = cells
        .iter()
        .zip(play_all(cells, size, |_, _| ()))
        .filter(|(cell, figures)| !figures.reach(cell.bar))
        .map(|(cell, figures)| Line::new(cell, figures))
        .map(|line| line.text())
        .collect();
    assert!(missed.is_empty(), "these miss their bars:\n{}", missed.concat());
}

fn row(number: u8, names: &[&str]) -> Vec<Cell> {
    let of_row = rows::all().into_iter().filter(|cell| cell.row == number);
    of_row.filter(|cell| names.iter().any(|name| has_words(&cell.name, name))).collect()
}

/// Whether the words are in the name as they are: "wifi1" is not in "wifi10".
fn has_words(name: &str, words: &str) -> bool {
    let is_end = |next: Option<char>| next.is_none_or(|letter| !letter.is_alphanumeric());
    name.match_indices(words).any(|(at, _)| {
        let (before, after) = (&name[..at], &name[at + words.len()..]);
        is_end(before.chars().next_back()) && is_end(after.chars().next())
    })
}

#[test]
fn n1_loss_round_trip_and_jitter_are_not_felt_within_reason() {
    let cells: Vec<Cell> = [
        (0, 0, 0),
        (0, 150, 50),
        (1, 50, 10),
        (2, 150, 10),
        (5, 50, 0),
        (5, 150, 10),
        (5, 0, 50),
        (10, 50, 10),
        (10, 150, 0),
        (20, 150, 10),
        (30, 50, 0),
        (30, 300, 50),
    ]
    .map(|(loss, round_trip_ms, jitter_ms)| rows::plain(loss, round_trip_ms, jitter_ms))
    .to_vec();
    reach(&cells, SIZE);
}

#[test]
fn n2_one_percent_in_bursts_is_not_felt_and_ten_end_no_session() {
    reach(&row(2, &["wifi1", "wifi10"]), SIZE);
}

#[test]
fn n3_a_very_long_and_bad_way_ends_no_session() {
    let mut cells = row(3, &["1 s"]);
    cells.iter_mut().for_each(|cell| cell.size = Some((2, 120.0)));
    reach(&cells, SIZE);
}

#[test]
fn n4_and_n5_reordering_and_doubling_are_not_felt() {
    reach(&row(4, &["reordered"]), SIZE);
    reach(&row(5, &["doubled"]), SIZE);
}

#[test]
fn n6_and_n7_holes_are_survived_up_to_the_timeout() {
    reach(&row(6, &["9 s", "11 s"]), Size { clients: 4, ..SIZE });
    reach(&row(7, &["up", "down"]), Size { clients: 4, ..SIZE });
    // Ten hold-ups take half a minute.
    reach(&row(7, &["ten times"]), Size { clients: 4, seconds: 40.0, seeds: 1 });
}

#[test]
fn n8_on_narrow_links_the_queue_stays_short() {
    // As many players as fill the narrowest.
    let size = Size { clients: 48, ..SIZE };
    reach(&row(8, &["64 kbit/s, queue 100", "128 kbit/s, queue 30"]), size);
    reach(&row(8, &["500, then 64, then"]), Size { clients: 24, seconds: 50.0, seeds: 1 });
    // What does not fit waits, and the link's queue stays short.
    reach(&row(8, &["crowd, 500, then 128"]), Size { clients: 2, seconds: 30.0, seeds: 1 });
}

#[test]
fn n10_no_packet_is_longer_than_the_path_takes() {
    reach(&row(10, &["packets"]), SIZE);
}

#[test]
fn n11_clocks_that_run_wrong_or_are_set_move_nobody() {
    reach(&row(11, &["200 ppm", "1 %", "hour", "ten years"]), Size { clients: 4, ..SIZE });
}
