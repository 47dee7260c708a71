//! Fuzzes an export of any format; what is checked is `recharge_fuzz::export`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| recharge_fuzz::export(bytes));
