#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| leeward_fuzz::order_body(data));
