//! The shell around `core`, against a world of three values: the authority item, the writer, the notices.

mod advance;
mod surrender;
mod world;
