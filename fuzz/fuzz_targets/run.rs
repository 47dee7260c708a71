//! Fuzzes a scenario and its usage; what is checked is `recharge_fuzz::run`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| recharge_fuzz::run(bytes));
