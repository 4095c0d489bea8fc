//! The TOML configuration, validated, and the timing budget
