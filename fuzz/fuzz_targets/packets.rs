//! The target `packets` of `tests/src/fuzz.rs`, for libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tumult_tests::fuzz::run("packets", bytes));
