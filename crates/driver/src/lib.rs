//! The async shell around core: load, step, save, emit
