//! Tests the shell around `core` against a world in memory: the authority, the database's writer and the notices.

mod advance;
mod surrender;
mod world;
