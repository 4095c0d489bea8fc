//! The simulator against itself: what it must reproduce, refuse and find.

mod files;
mod worlds;
