//! The simulator against itself: what it must reproduce, refuse and find.

mod attacks;
mod files;
mod hostile;
mod planned;
mod worlds;
