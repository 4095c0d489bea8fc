//! Async traits to the outside world, and the outcome type
