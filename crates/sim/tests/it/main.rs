//! Tests of what the simulator must reproduce, reject and find.

mod attacks;
mod files;
mod hostile;
mod planned;
mod worlds;
