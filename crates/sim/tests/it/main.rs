//! Tests of the simulator: what it must reproduce, reject and find.

mod attacks;
mod files;
mod hostile;
mod planned;
mod worlds;
