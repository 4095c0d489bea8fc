//! The shell around `core` against a world of three values: the authority, the database's writer and the notices.

mod advance;
mod surrender;
mod world;
