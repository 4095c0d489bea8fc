//! The Region process
