//! Submitting a file of orders: streamed, resumable, good lines go whatever is wrong with others.
//!
//! The file's own client ids make it resumable at any line: sending a line again has one effect. The
//! progress file only saves time.

use crate::customer::{Customer, Desk, Posted};
use bytes::Bytes;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

/// A longer line is refused without being kept.
const MAX_LINE: usize = 64 * 1024;
/// Between two notes of how far it is.
const NOTE_EVERY: u64 = 500;

#[derive(Debug, Clone)]
pub struct FileOptions {
    pub file: PathBuf,
    pub dns: SocketAddr,
    pub name: String,
    pub port: u16,
    pub token: String,
    pub connections: usize,
    pub patience: Duration,
}

/// A line that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refused {
    pub line: u64,
    pub why: String,
}

#[derive(Debug, Default, Clone, serde::Serialize)]
pub struct FileSummary {
    /// Lines that an earlier run had finished.
    pub skipped: u64,
    pub accepted: u64,
    pub refused: Vec<Refused>,
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("LW-O001: {file} cannot be read: {source}")]
    Read { file: PathBuf, source: std::io::Error },
    #[error("LW-O002: {file}:1: the header must name the columns; {column} is missing")]
    Header { file: PathBuf, column: &'static str },
}

struct Line {
    number: u64,
    parsed: Result<Value, String>,
}

fn progress_file(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".progress");
    name.into()
}

/// Submits what is left of the file; `tick` gets the number of each finished line.
pub async fn submit_file(
    options: &FileOptions,
    tick: impl Fn(u64),
) -> Result<FileSummary, FileError> {
    let done = std::fs::read_to_string(progress_file(&options.file)).ok();
    let skip: u64 = done.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let (send, lines) = mpsc::channel(options.connections * 2);
    let reading = read_lines(options.file.clone(), skip, send)?;
    let desk = Arc::new(Desk::new(
        options.dns,
        &options.name,
        options.port,
        &options.token,
        options.patience,
    ));
    let lines = Arc::new(Mutex::new(lines));
    let (results_send, mut results) = mpsc::channel(options.connections * 2);
    for _ in 0..options.connections {
        let (customer, lines) = (Customer::new(desk.clone()), lines.clone());
        tokio::spawn(work(customer, lines, results_send.clone()));
    }
    drop(results_send);
    let mut summary = FileSummary { skipped: skip, ..FileSummary::default() };
    // Lines end in any order; the progress is the longest prefix without a hole.
    let (mut prefix, mut beyond) = (skip, BTreeSet::new());
    while let Some((line, why)) = results.recv().await {
        match why {
            None => summary.accepted += 1,
            Some(why) => summary.refused.push(Refused { line, why }),
        }
        beyond.insert(line);
        while beyond.remove(&(prefix + 1)) {
            prefix += 1;
            if prefix.is_multiple_of(NOTE_EVERY) {
                let _ = std::fs::write(progress_file(&options.file), prefix.to_string());
            }
        }
        tick(line);
    }
    let read = reading.await.unwrap_or_else(|e| Err(std::io::Error::other(e)));
    read.map_err(|source| FileError::Read { file: options.file.clone(), source })?;
    let _ = std::fs::remove_file(progress_file(&options.file));
    summary.refused.sort_by_key(|r| r.line);
    Ok(summary)
}

async fn work(
    mut customer: Customer,
    lines: Arc<Mutex<mpsc::Receiver<Line>>>,
    results: mpsc::Sender<(u64, Option<String>)>,
) {
    let never = AtomicBool::new(false);
    loop {
        let Some(line) = lines.lock().await.recv().await else { return };
        let why = match line.parsed {
            Err(why) => Some(why),
            Ok(order) => {
                let path =
                    if order.get("orders").is_some() { "/v1/orders:batch" } else { "/v1/orders" };
                match customer.post(path, Bytes::from(order.to_string()), &never).await {
                    Posted::Placed { .. } => None,
                    Posted::Refused { status, detail } => Some(format!("{status}: {detail}")),
                    Posted::GivenUp => Some("no answer".into()),
                }
            }
        };
        if results.send((line.number, why)).await.is_err() {
            return;
        }
    }
}

type Reading = tokio::task::JoinHandle<std::io::Result<()>>;

/// Reads on a thread of its own; a full channel makes it wait, so memory stays bounded.
fn read_lines(file: PathBuf, skip: u64, lines: mpsc::Sender<Line>) -> Result<Reading, FileError> {
    let fail = |source| FileError::Read { file: file.clone(), source };
    let mut reader = BufReader::new(std::fs::File::open(&file).map_err(fail)?);
    let columns = if file.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) {
        let mut header = String::new();
        reader.read_line(&mut header).map_err(fail)?;
        Some(columns(&file, &header)?)
    } else {
        None
    };
    // The header is line 1 of a CSV file.
    let first = if columns.is_some() { 2 } else { 1 };
    Ok(tokio::task::spawn_blocking(move || {
        let mut number = first - 1;
        let mut sent = 0;
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let read =
                std::io::Read::take(&mut reader, MAX_LINE as u64).read_until(b'\n', &mut bytes)?;
            if read == 0 {
                return Ok(());
            }
            number += 1;
            let whole = bytes.ends_with(b"\n") || read < MAX_LINE;
            if !whole {
                skip_rest(&mut reader)?;
            }
            sent += 1;
            if sent <= skip {
                continue;
            }
            let parsed = match (&columns, whole) {
                (_, false) => Err(format!("longer than {MAX_LINE} bytes")),
                (None, true) => parse_json(&bytes),
                (Some(columns), true) => parse_csv(columns, &bytes),
            };
            if lines.blocking_send(Line { number: sent, parsed: place(number, parsed) }).is_err() {
                return Ok(());
            }
        }
    }))
}

/// Puts the file's own line number into a complaint when it differs from the record's.
fn place(number: u64, parsed: Result<Value, String>) -> Result<Value, String> {
    parsed.map_err(|why| format!("line {number}: {why}"))
}

fn skip_rest(reader: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let end = buffer.iter().position(|b| *b == b'\n');
        let used = end.map_or(buffer.len(), |at| at + 1);
        reader.consume(used);
        if end.is_some() {
            return Ok(());
        }
    }
}

fn parse_json(line: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(line).map_err(|e| format!("column {}: {e}", e.column()))
}

const NEEDED: [&str; 6] = ["client_order_id", "account", "symbol", "side", "type", "quantity"];

fn columns(file: &Path, header: &str) -> Result<Vec<String>, FileError> {
    let columns: Vec<String> = header.trim().split(',').map(|c| c.trim().to_owned()).collect();
    for column in NEEDED {
        if !columns.iter().any(|c| c == column) {
            return Err(FileError::Header { file: file.to_owned(), column });
        }
    }
    Ok(columns)
}

fn parse_csv(columns: &[String], line: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(line)
        .map_err(|e| format!("column {}: not UTF-8", e.valid_up_to() + 1))?;
    let fields = split_csv(text.trim_end_matches(['\n', '\r']))?;
    if fields.len() != columns.len() {
        return Err(format!("{} fields, the header names {}", fields.len(), columns.len()));
    }
    let given = columns.iter().zip(fields).filter(|(_, value)| !value.is_empty());
    Ok(Value::Object(given.map(|(c, v)| (c.clone(), Value::String(v))).collect()))
}

/// RFC 4180 within one line: fields may be quoted, quotes doubled.
fn split_csv(line: &str) -> Result<Vec<String>, String> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut value = String::new();
            let mut from = quoted;
            loop {
                let Some(end) = from.find('"') else {
                    let column = line.len() - rest.len() + 1;
                    return Err(format!("column {column}: a quote is not closed"));
                };
                value.push_str(&from[..end]);
                from = &from[end + 1..];
                match from.strip_prefix('"') {
                    Some(after) => {
                        value.push('"');
                        from = after;
                    }
                    None => break,
                }
            }
            fields.push(value);
            rest = from;
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            fields.push(rest[..end].trim().to_owned());
            rest = &rest[end..];
        }
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None if rest.is_empty() => return Ok(fields),
            None => {
                let column = line.len() - rest.len() + 1;
                return Err(format!("column {column}: text after a closing quote"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_fields() {
        let check = |line: &str, expect: Result<&[&str], &str>| {
            let got = split_csv(line);
            let want = expect
                .map(|f| f.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>())
                .map_err(str::to_owned);
            assert_eq!(got, want, "{line}");
        };
        check("a, b,", Ok(&["a", "b", ""]));
        check("\"a,b\",\"say \"\"hi\"\"\"", Ok(&["a,b", "say \"hi\""]));
        check("x,\"open", Err("column 3: a quote is not closed"));
        check("\"a\"b", Err("column 4: text after a closing quote"));
    }
}
