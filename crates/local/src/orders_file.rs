//! Submitting a file of orders: streamed, resumable, good lines go whatever is wrong with others.
//!
//! The file's own client ids make it resumable at any line: sending a line again has one effect. The
//! progress file only saves time, and only for the very lines and the very platform that it was
//! written for: whatever else has the same name begins at its first line.

use crate::customer::{Customer, Desk, Destination, Posted};
use bytes::Bytes;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

/// A longer line is refused without being kept.
const MAX_LINE: usize = 64 * 1024;
/// Between two notes of how far it is.
const NOTE_EVERY: u64 = 500;
/// Without any answer for this long, the rest is left to another run.
const GIVE_UP: Duration = Duration::from_secs(60);

#[derive(Debug, Clone)]
pub struct FileOptions {
    pub file: PathBuf,
    pub to: Destination,
    pub token: String,
    pub connections: usize,
    pub patience: Duration,
}

/// A line that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    #[error("LW-O003: {file}:1: the header names {column} twice")]
    Twice { file: PathBuf, column: String },
    #[error(
        "LW-O004: no answer for {GIVE_UP:?}; is the platform running? The same command goes on where \
         this one stopped"
    )]
    Silent,
}

struct Line {
    number: u64,
    parsed: Result<Value, String>,
    /// Of all lines up to and with this one.
    digest: [u8; 32],
}

/// What the progress file says.
#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Note {
    lines: u64,
    digest: [u8; 32],
    platform: [u8; 32],
    refused: Vec<Refused>,
}

impl Note {
    /// The note of an earlier run, if it is about this file as it is now, and this platform.
    fn read(file: &Path, platform: [u8; 32]) -> Note {
        let none = Note { platform, ..Note::default() };
        let Ok(text) = std::fs::read_to_string(progress_file(file)) else { return none };
        let Ok(note) = serde_json::from_str::<Note>(&text) else { return none };
        let same = note.platform == platform && prefix(file, note.lines) == Some(note.digest);
        if same { note } else { none }
    }

    fn write(&self, file: &Path) {
        let text = serde_json::to_string(self).expect("plain fields");
        let _ = std::fs::write(progress_file(file), text);
    }
}

fn is_csv(file: &Path) -> bool {
    file.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"))
}

/// The digest of the first lines; `None` when there are not as many.
fn prefix(file: &Path, lines: u64) -> Option<[u8; 32]> {
    let mut reader = BufReader::new(std::fs::File::open(file).ok()?);
    if is_csv(file) {
        reader.read_line(&mut String::new()).ok()?;
    }
    let (mut digest, mut bytes) = (Sha256::new(), Vec::new());
    for _ in 0..lines {
        read_record(&mut reader, &mut bytes).ok().flatten()?;
        digest.update(&bytes);
    }
    Some(digest.finalize().into())
}

/// One line into `bytes`, at most [`MAX_LINE`] of it, and whether that is the whole of it; `None` at
/// the end.
fn read_record(reader: &mut impl BufRead, bytes: &mut Vec<u8>) -> std::io::Result<Option<bool>> {
    bytes.clear();
    let read = std::io::Read::take(&mut *reader, MAX_LINE as u64).read_until(b'\n', bytes)?;
    if read == 0 {
        return Ok(None);
    }
    let whole = bytes.ends_with(b"\n") || read < MAX_LINE;
    if !whole {
        skip_rest(reader)?;
    }
    Ok(Some(whole))
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
    let mut note = Note::read(&options.file, Sha256::digest(options.token.as_bytes()).into());
    let skip = note.lines;
    let (send, lines) = mpsc::channel(options.connections * 2);
    let reading = read_lines(options.file.clone(), skip, send)?;
    let desk = Arc::new(Desk::new(options.to.clone(), &options.token, options.patience));
    let lines = Arc::new(Mutex::new(lines));
    let over = Arc::new(AtomicBool::new(false));
    let (results_send, mut results) = mpsc::channel(options.connections * 2);
    for _ in 0..options.connections {
        let (customer, lines) = (Customer::new(desk.clone()), lines.clone());
        tokio::spawn(work(customer, lines, results_send.clone(), over.clone()));
    }
    drop(results_send);
    let mut summary = FileSummary { skipped: skip, ..FileSummary::default() };
    // Lines end in any order; the progress is the longest prefix without a hole.
    let mut beyond: BTreeMap<u64, Done> = BTreeMap::new();
    loop {
        let Ok(result) = tokio::time::timeout(GIVE_UP, results.recv()).await else {
            over.store(true, Ordering::SeqCst);
            return Err(FileError::Silent);
        };
        let Some(done) = result else { break };
        let line = done.line;
        summary.accepted += u64::from(done.why.is_none());
        beyond.insert(line, done);
        while let Some(done) = beyond.remove(&(note.lines + 1)) {
            (note.lines, note.digest) = (done.line, done.digest);
            note.refused.extend(done.why.map(|why| Refused { line: done.line, why }));
            if note.lines.is_multiple_of(NOTE_EVERY) {
                note.write(&options.file);
            }
        }
        tick(line);
    }
    let read = reading.await.unwrap_or_else(|e| Err(std::io::Error::other(e)));
    read.map_err(|source| FileError::Read { file: options.file.clone(), source })?;
    let _ = std::fs::remove_file(progress_file(&options.file));
    summary.refused = note.refused;
    Ok(summary)
}

/// A line that was answered: taken, or refused for a reason.
struct Done {
    line: u64,
    why: Option<String>,
    digest: [u8; 32],
}

async fn work(
    mut customer: Customer,
    lines: Arc<Mutex<mpsc::Receiver<Line>>>,
    results: mpsc::Sender<Done>,
    over: Arc<AtomicBool>,
) {
    loop {
        let Some(line) = lines.lock().await.recv().await else { return };
        let why = match line.parsed {
            Err(why) => Some(why),
            Ok(order) => {
                let path =
                    if order.get("orders").is_some() { "/v1/orders:batch" } else { "/v1/orders" };
                match customer.post(path, Bytes::from(order.to_string()), &over).await {
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

/// Reads on a thread of its own; a full channel makes it wait, so memory stays bounded.
fn read_lines(file: PathBuf, skip: u64, lines: mpsc::Sender<Line>) -> Result<Reading, FileError> {
    let fail = |source| FileError::Read { file: file.clone(), source };
    let mut reader = BufReader::new(std::fs::File::open(&file).map_err(fail)?);
    let columns = if is_csv(&file) {
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
        let (mut digest, mut bytes) = (Sha256::new(), Vec::new());
        loop {
            let Some(whole) = read_record(&mut reader, &mut bytes)? else { return Ok(()) };
            number += 1;
            sent += 1;
            digest.update(&bytes);
            if sent <= skip {
                continue;
            }
            let parsed = parse_record(columns.as_deref(), &bytes, whole);
            let digest = digest.clone().finalize().into();
            let line = Line { number: sent, parsed: place(number, parsed), digest };
            if lines.blocking_send(line).is_err() {
                return Ok(());
            }
        }
    }))
}

/// Every record of a file's text: the order to send, or why there is none. `Err`: no record is looked at.
pub fn parse_records(file: &Path, text: &[u8]) -> Result<Vec<Result<Value, String>>, FileError> {
    let mut reader = text;
    let fail = |source| FileError::Read { file: file.to_owned(), source };
    let columns = if is_csv(file) {
        let mut header = String::new();
        reader.read_line(&mut header).map_err(fail)?;
        Some(columns(file, &header)?)
    } else {
        None
    };
    let (mut records, mut bytes) = (Vec::new(), Vec::new());
    while let Some(whole) = read_record(&mut reader, &mut bytes).map_err(fail)? {
        records.push(parse_record(columns.as_deref(), &bytes, whole));
    }
    Ok(records)
}

fn parse_record(columns: Option<&[String]>, bytes: &[u8], whole: bool) -> Result<Value, String> {
    match (columns, whole) {
        (_, false) => Err(format!("longer than {MAX_LINE} bytes")),
        (None, true) => parse_json(bytes),
        (Some(columns), true) => parse_csv(columns, bytes),
    }
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
    // Spreadsheets put a mark before UTF-8.
    let header = header.trim_start_matches('\u{feff}');
    let columns: Vec<String> = header.trim().split(',').map(|c| c.trim().to_owned()).collect();
    let twice = columns.iter().enumerate().find(|(n, column)| columns[..*n].contains(column));
    if let Some((_, column)) = twice {
        return Err(FileError::Twice { file: file.to_owned(), column: column.clone() });
    }
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
