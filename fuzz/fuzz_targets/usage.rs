//! Fuzzes a CSV file; what is checked is `recharge_fuzz::usage`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| recharge_fuzz::usage(bytes));
