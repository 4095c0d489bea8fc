//! The configuration files of a server.

use super::secrets::{REPLICA, SUPERVISOR};
use super::server::Mode;
use std::net::SocketAddr;

/// The access rules. Every connection needs TLS and a password.
pub(super) const HBA: &str = "hostssl all all 127.0.0.0/8 scram-sha-256\n\
                              hostssl replication all 127.0.0.0/8 scram-sha-256\n";

/// Returns a connection string. The client resolves `authority` relative to its working directory. The authority has
/// signed a single certificate, so verifying the host name would add nothing.
fn conninfo(to: SocketAddr, user: &str, authority: &str) -> String {
    let (host, port) = (to.ip(), to.port());
    format!("host={host} port={port} user={user} sslmode=verify-ca sslrootcert={authority}")
}

/// Returns the connection string for programs that run on a server's data. Their processes are identified by `mark`.
pub(super) fn for_programs(to: SocketAddr, data: &str, mark: &str) -> String {
    let to = conninfo(to, SUPERVISOR, &format!("{data}/../ca.pem"));
    format!("{to} dbname=postgres application_name={mark}")
}

/// Returns the text of `postgresql.conf`. Replication has no timeouts, because the relay closes the connections that it
/// cuts.
pub(super) fn server(listen: SocketAddr, source: SocketAddr, mode: Mode) -> String {
    let (host, port) = (listen.ip(), listen.port());
    let source = conninfo(source, REPLICA, "../ca.pem") + " passfile=../pgpass";
    let read_only = if mode == Mode::Fenced { "on" } else { "off" };
    format!(
        "listen_addresses = '{host}'\nport = {port}\nunix_socket_directories = ''\n\
         ssl = on\nssl_cert_file = '../server.pem'\nssl_key_file = '../server.key'\n\
         password_encryption = scram-sha-256\nmax_connections = 60\nshared_buffers = 64MB\n\
         wal_level = replica\nwal_keep_size = 1GB\nwal_sender_timeout = 0\n\
         wal_receiver_timeout = 0\nwal_retrieve_retry_interval = 200ms\n\
         authentication_timeout = 60s\ndefault_transaction_read_only = {read_only}\n\
         primary_conninfo = '{source}'\n"
    )
}
