//! The client against servers that misbehave, and the server against its limits.

mod client;
mod server;
