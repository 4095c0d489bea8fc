//! Tests the client against misbehaving servers, and the server at its limits.

mod client;
mod server;
