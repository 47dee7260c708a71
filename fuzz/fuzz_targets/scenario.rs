//! Fuzzes the text of a scenario; what is checked is `recharge_fuzz::scenario`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| recharge_fuzz::scenario(bytes));
