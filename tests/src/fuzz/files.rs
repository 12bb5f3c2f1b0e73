//! Files from wherever: recordings and arenas.

use game_sim::Arena;
use netcode::{limits, recording::RecordingReader};
use xxhash_rust::xxh3::xxh3_64;

/// A recording, as it is and with the checksum put right.
pub fn recordings(bytes: &[u8]) {
    read(bytes);
    let mut sealed = bytes.to_vec();
    sealed.extend_from_slice(&xxh3_64(bytes).to_le_bytes());
    read(&sealed);
}

fn read(file: &[u8]) {
    let Ok(mut reader) = RecordingReader::open(file) else { return };
    assert!(reader.kinds().len() <= limits::KINDS);
    let kinds = reader.kinds().to_vec();
    let mut last = None;
    // Fewer than a file can hold, so that a fuzzer gets on.
    for _ in 0..64 {
        let Ok(Some(snapshot)) = reader.next_snapshot() else { return };
        assert!(snapshot.len() <= limits::ENTITIES);
        assert!(last.is_none_or(|last| snapshot.tick().is_after(last)), "time goes back");
        last = Some(snapshot.tick());
        for row in snapshot.rows() {
            let kind = &kinds[usize::from(row.kind.0)];
            assert_eq!(row.columns.len(), kind.fields.len());
            for (field, column) in kind.fields.iter().zip(row.columns) {
                assert!((field.lowest..=field.highest).contains(column), "{row:?}");
            }
        }
    }
}

/// A Tiled map: what is read is an arena that can be played.
pub fn arenas(bytes: &[u8]) {
    let Ok(arena) = Arena::from_tmx("fuzz.tmx", bytes) else { return };
    assert!(arena.half_extents.is_finite() && arena.half_extents.max_element() <= 256.0);
    assert!(!arena.spawns.is_empty());
    for wall in &arena.walls {
        assert!(wall.min.is_finite() && wall.max.is_finite() && wall.min.cmplt(wall.max).all());
    }
    for spawn in &arena.spawns {
        assert!(spawn.position.abs().cmple(arena.half_extents).all());
    }
}
