//! Waits for a request to stop the process.

use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};

/// Waits for SIGTERM, SIGINT or, with `stop_with_stdin`, the end of standard input.
pub(crate) async fn wait_for_end(stop_with_stdin: bool) {
    let stdin_ends = async {
        if !stop_with_stdin {
            std::future::pending::<()>().await;
        }
        let mut sink = [0u8; 64];
        let mut stdin = tokio::io::stdin();
        while matches!(stdin.read(&mut sink).await, Ok(n) if n > 0) {}
    };
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::warn!(%error, "no SIGTERM handler");
            return stdin_ends.await;
        }
    };
    tokio::select! {
        () = stdin_ends => {}
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
