//! Submits a file of orders. The file is streamed, submission is resumable, and an invalid line does not prevent valid
//! lines from being sent.
//!
//! The client ids in the file make it resumable at any line, since repeating a line has no further effect (SAFE-4). The
//! progress file only saves time, and it is valid only for the lines and the platform that it was written for. Another
//! file with the same name begins at its first line.

mod progress;
mod records;

pub use records::parse_records;

use crate::customer::{Customer, Desk, Destination, Posted};
use bytes::Bytes;
use progress::Progress;
use records::{is_csv, parse_header, parse_record, read_record};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

/// The number of lines after which the progress file is written.
const PROGRESS_LINES: u64 = 500;
/// The time without any response after which submission ends. The same command resumes it.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// A file of orders and its destination.
#[derive(Debug, Clone)]
pub struct FileOptions {
    /// The file: CSV if its name ends in `.csv`, otherwise one JSON document per line.
    pub file: PathBuf,
    /// The order API.
    pub to: Destination,
    /// The bearer token, which must allow the accounts of the file.
    pub token: String,
    /// The number of concurrent requests.
    pub connections: usize,
    /// The time after which a request without a response is repeated.
    pub patience: Duration,
}

/// A line that was invalid or that the platform rejected.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Refused {
    /// The number of the record, from 1, without the header of a CSV file.
    pub line: u64,
    /// The reason, as readable text.
    pub why: String,
}

/// The result of a submission.
#[derive(Debug, Default, Clone, serde::Serialize)]
pub struct FileSummary {
    /// The number of lines that an earlier run had finished.
    pub skipped: u64,
    /// The number of lines whose orders are in the ledger.
    pub accepted: u64,
    /// The lines that were invalid or that the platform rejected.
    pub refused: Vec<Refused>,
}

/// The reasons why a submission did not complete.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file or a part of it is not readable.
    #[error("LW-O001: {file} cannot be read: {source}")]
    Read {
        /// The file of orders.
        file: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A required column is missing from the header of a CSV file.
    #[error("LW-O002: {file}:1: the header must name the columns; {column} is missing")]
    Header {
        /// The file of orders.
        file: PathBuf,
        /// The missing column.
        column: &'static str,
    },
    /// The header of a CSV file is ambiguous.
    #[error("LW-O003: {file}:1: the header names {column} twice")]
    Twice {
        /// The file of orders.
        file: PathBuf,
        /// The repeated column.
        column: String,
    },
    /// No line received a response for a minute.
    #[error(
        "LW-O004: no answer for {ANSWER_TIMEOUT:?}; is the platform running? Run the same command again to \
         resume"
    )]
    Silent,
}

struct Line {
    number: u64,
    parsed: Result<Value, String>,
    /// The hash of all lines up to and including this one.
    digest: [u8; 32],
}

/// Submits the lines that no earlier run has finished. `tick` is called with the number of each finished line.
pub async fn submit_file(
    options: &FileOptions,
    tick: impl Fn(u64),
) -> Result<FileSummary, FileError> {
    let platform = Sha256::digest(options.token.as_bytes()).into();
    let mut progress = Progress::read(&options.file, platform);
    let skip = progress.lines;
    let (send, lines) = mpsc::channel(options.connections * 2);
    let reading = read_lines(options.file.clone(), skip, send)?;
    let desk = Arc::new(Desk::new(options.to.clone(), &options.token, options.patience));
    let lines = Arc::new(Mutex::new(lines));
    let stop = Arc::new(AtomicBool::new(false));
    let (results_send, mut results) = mpsc::channel(options.connections * 2);
    for _ in 0..options.connections {
        let (customer, lines) = (Customer::new(desk.clone()), lines.clone());
        tokio::spawn(submit_lines(customer, lines, results_send.clone(), stop.clone()));
    }
    drop(results_send);
    let mut summary = FileSummary { skipped: skip, ..FileSummary::default() };
    // Lines finish in any order. The progress is the longest prefix of finished lines.
    let mut finished: BTreeMap<u64, Done> = BTreeMap::new();
    loop {
        let Ok(result) = tokio::time::timeout(ANSWER_TIMEOUT, results.recv()).await else {
            stop.store(true, Ordering::SeqCst);
            return Err(FileError::Silent);
        };
        let Some(done) = result else { break };
        let line = done.line;
        summary.accepted += u64::from(done.why.is_none());
        finished.insert(line, done);
        while let Some(done) = finished.remove(&(progress.lines + 1)) {
            (progress.lines, progress.digest) = (done.line, done.digest);
            progress.refused.extend(done.why.map(|why| Refused { line: done.line, why }));
            if progress.lines.is_multiple_of(PROGRESS_LINES) {
                progress.write(&options.file);
            }
        }
        tick(line);
    }
    let read = reading.await.unwrap_or_else(|e| Err(std::io::Error::other(e)));
    read.map_err(|source| FileError::Read { file: options.file.clone(), source })?;
    Progress::remove(&options.file);
    summary.refused = progress.refused;
    Ok(summary)
}

/// A finished line: accepted, or rejected with a reason.
struct Done {
    line: u64,
    why: Option<String>,
    digest: [u8; 32],
}

async fn submit_lines(
    mut customer: Customer,
    lines: Arc<Mutex<mpsc::Receiver<Line>>>,
    results: mpsc::Sender<Done>,
    stop: Arc<AtomicBool>,
) {
    loop {
        let Some(line) = lines.lock().await.recv().await else { return };
        let why = match line.parsed {
            Err(why) => Some(why),
            Ok(order) => {
                let path =
                    if order.get("orders").is_some() { "/v1/orders:batch" } else { "/v1/orders" };
                match customer.post(path, Bytes::from(order.to_string()), &stop).await {
                    Posted::Placed { .. } => None,
                    Posted::Refused { status, detail } => Some(format!("{status}: {detail}")),
                    Posted::GivenUp => return,
                }
            }
        };
        let done = Done { line: line.number, why, digest: line.digest };
        if results.send(done).await.is_err() {
            return;
        }
    }
}

type Reading = tokio::task::JoinHandle<std::io::Result<()>>;

/// Reads the file on its own thread. The thread waits while the channel is full, which bounds memory.
fn read_lines(file: PathBuf, skip: u64, lines: mpsc::Sender<Line>) -> Result<Reading, FileError> {
    let fail = |source| FileError::Read { file: file.clone(), source };
    let mut reader = BufReader::new(std::fs::File::open(&file).map_err(fail)?);
    let columns = if is_csv(&file) {
        let mut header = String::new();
        reader.read_line(&mut header).map_err(fail)?;
        Some(parse_header(&file, &header)?)
    } else {
        None
    };
    // The header is line 1 of a CSV file.
    let first = if columns.is_some() { 2 } else { 1 };
    Ok(tokio::task::spawn_blocking(move || {
        let mut number = first - 1;
        let mut sent = 0;
        let (mut digest, mut bytes) = (Sha256::new(), Vec::new());
        loop {
            let Some(complete) = read_record(&mut reader, &mut bytes)? else { return Ok(()) };
            number += 1;
            sent += 1;
            digest.update(&bytes);
            if sent <= skip {
                continue;
            }
            let parsed = parse_record(columns.as_deref(), &bytes, complete);
            let digest = digest.clone().finalize().into();
            let line = Line {
                number: sent,
                parsed: parsed.map_err(|why| format!("line {number}: {why}")),
                digest,
            };
            if lines.blocking_send(line).is_err() {
                return Ok(());
            }
        }
    }))
}
