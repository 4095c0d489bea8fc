//! The records of a file of orders: one JSON document or one CSV row per line.
//!
//! The `csv` crate is not used, because it accepts malformed quoting: it reads `"a"b` as `ab`, and a quote that is not
//! closed takes in the lines after it. A row that violates RFC 4180 must be rejected here, because it would otherwise
//! become an order that its author did not write.

use super::FileError;
use serde_json::Value;
use std::io::BufRead;
use std::path::Path;

/// The size limit of a line. A longer line is rejected without being kept in memory.
const LINE_MAX_BYTES: usize = 64 * 1024;

pub(super) fn is_csv(file: &Path) -> bool {
    file.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"))
}

/// Reads at most [`LINE_MAX_BYTES`] bytes of the next line into `bytes` and skips the rest. Returns whether the line
/// ends within this limit, or `None` at the end of the file.
pub(super) fn read_record(
    reader: &mut impl BufRead,
    bytes: &mut Vec<u8>,
) -> std::io::Result<Option<bool>> {
    bytes.clear();
    let read = std::io::Read::take(&mut *reader, LINE_MAX_BYTES as u64).read_until(b'\n', bytes)?;
    if read == 0 {
        return Ok(None);
    }
    let complete = bytes.ends_with(b"\n") || read < LINE_MAX_BYTES;
    if !complete {
        skip_rest(reader)?;
    }
    Ok(Some(complete))
}

/// Parses every record of a file's text into the order to send, or the reason why it is invalid. Fails
/// only if the header is invalid.
pub fn parse_records(file: &Path, text: &[u8]) -> Result<Vec<Result<Value, String>>, FileError> {
    let mut reader = text;
    let fail = |source| FileError::Read { file: file.to_owned(), source };
    let columns = if is_csv(file) {
        let mut header = String::new();
        reader.read_line(&mut header).map_err(fail)?;
        Some(parse_header(file, &header)?)
    } else {
        None
    };
    let (mut records, mut bytes) = (Vec::new(), Vec::new());
    while let Some(complete) = read_record(&mut reader, &mut bytes).map_err(fail)? {
        records.push(parse_record(columns.as_deref(), &bytes, complete));
    }
    Ok(records)
}

pub(super) fn parse_record(
    columns: Option<&[String]>,
    bytes: &[u8],
    complete: bool,
) -> Result<Value, String> {
    match (columns, complete) {
        (_, false) => Err(format!("longer than {LINE_MAX_BYTES} bytes")),
        (None, true) => parse_json(bytes),
        (Some(columns), true) => parse_csv(columns, bytes),
    }
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

const REQUIRED_COLUMNS: [&str; 6] =
    ["client_order_id", "account", "symbol", "side", "type", "quantity"];

pub(super) fn parse_header(file: &Path, header: &str) -> Result<Vec<String>, FileError> {
    // Spreadsheets write a byte order mark before UTF-8.
    let header = header.trim_start_matches('\u{feff}');
    let columns: Vec<String> = header.trim().split(',').map(|c| c.trim().to_owned()).collect();
    let repeated = columns.iter().enumerate().find(|(n, column)| columns[..*n].contains(column));
    if let Some((_, column)) = repeated {
        return Err(FileError::Twice { file: file.to_owned(), column: column.clone() });
    }
    for column in REQUIRED_COLUMNS {
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
        return Err(format!("{} fields, but the header names {}", fields.len(), columns.len()));
    }
    let given = columns.iter().zip(fields).filter(|(_, value)| !value.is_empty());
    Ok(Value::Object(given.map(|(c, v)| (c.clone(), Value::String(v))).collect()))
}

/// Splits a row according to RFC 4180, except that fields cannot contain line breaks.
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
    fn csv_rows_are_split_by_rfc_4180() {
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
