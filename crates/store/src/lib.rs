//! The SQL projection of the ledger
