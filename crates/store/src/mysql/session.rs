//! One connection while it is in use: statements, each with its time, and lists of any length.

use super::connect::Connector;
use deadpool::managed::Object;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Params, Row, Value};
use std::future::Future;
use std::io::ErrorKind;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

/// Items of a list, or rows of an insert, in one statement. Below a thousand, where MariaDB makes a table of a
/// list and forgets its order.
const ITEMS_MAX: usize = 512;
/// Rows that travel together. No server that anybody runs takes less in a packet.
const PACKET_BYTES: usize = 1 << 20;

pub(super) type Sql<T> = Result<T, Error>;

pub(super) struct Session {
    conn: Conn,
    statement_timeout: Duration,
}

/// In time, or not at all. By the client: MySQL's server has no such limit for writes. What is cut off goes on
/// over there until it ends, and is then rolled back with its connection, unless it was the commit (SAFE-7).
async fn in_time<T>(limit: Duration, exchange: impl Future<Output = Sql<T>>) -> Sql<T> {
    match tokio::time::timeout(limit, exchange).await {
        Ok(done) => done,
        Err(_) => Err(std::io::Error::new(ErrorKind::TimedOut, "a statement took too long").into()),
    }
}

impl Session {
    pub(super) fn new(conn: Conn, statement_timeout: Duration) -> Session {
        Session { conn, statement_timeout }
    }

    pub(super) async fn ping(&mut self) -> Sql<()> {
        in_time(self.statement_timeout, self.conn.ping()).await
    }

    /// Begins and ends of transactions, and tables: what is not prepared.
    pub(super) async fn say(&mut self, sql: &str) -> Sql<()> {
        in_time(self.statement_timeout, self.conn.query_drop(sql)).await
    }

    pub(super) async fn rows(&mut self, sql: &str, parameters: impl Into<Params>) -> Sql<Vec<Row>> {
        in_time(self.statement_timeout, self.conn.exec(sql, parameters.into())).await
    }

    /// How many rows it touched.
    pub(super) async fn write(&mut self, sql: &str, parameters: impl Into<Params>) -> Sql<u64> {
        in_time(self.statement_timeout, self.conn.exec_drop(sql, parameters.into())).await?;
        Ok(self.conn.affected_rows())
    }

    /// Rows in their order. In powers of two, so that few statements are ever prepared; a row that is larger than
    /// a packet goes alone, for the server to judge.
    pub(super) async fn insert(&mut self, sql: &str, mut rows: Vec<Vec<Value>>) -> Sql<()> {
        while let Some(width) = rows.first().map(Vec::len) {
            let number = fitting(&rows);
            let row = format!("({})", vec!["?"; width].join(", "));
            let sql = sql.replace("{rows}", &vec![row; number].join(", "));
            let values: Vec<Value> = rows.drain(..number).flatten().collect();
            self.write(&sql, values).await?;
        }
        Ok(())
    }

    /// A question about each item of a list, in the list's order from part to part.
    pub(super) async fn rows_among<T>(&mut self, sql: &str, list: &[T]) -> Sql<Vec<Row>>
    where
        T: Clone + Into<Value>,
    {
        let mut all = Vec::new();
        for part in parts(list) {
            all.append(&mut self.rows(&among(sql, part.len()), part).await?);
        }
        Ok(all)
    }

    pub(super) async fn write_among<T>(&mut self, sql: &str, list: &[T]) -> Sql<()>
    where
        T: Clone + Into<Value>,
    {
        for part in parts(list) {
            self.write(&among(sql, part.len()), part).await?;
        }
        Ok(())
    }
}

fn among(sql: &str, length: usize) -> String {
    sql.replace("{list}", &vec!["?"; length].join(", "))
}

/// Each as long as a power of two; the rest of the last one repeats its last item.
fn parts<T: Clone + Into<Value>>(list: &[T]) -> Vec<Vec<Value>> {
    let padded = |part: &[T]| {
        let mut values: Vec<Value> = part.iter().cloned().map(Into::into).collect();
        let last = values[values.len() - 1].clone();
        values.resize(part.len().next_power_of_two(), last);
        values
    };
    list.chunks(ITEMS_MAX).map(padded).collect()
}

/// How many of these rows, of which there is one, go into one statement.
fn fitting(rows: &[Vec<Value>]) -> usize {
    let mut number = 1 << rows.len().min(ITEMS_MAX).ilog2();
    while number > 1 && bytes(&rows[..number]) > PACKET_BYTES {
        number /= 2;
    }
    number
}

fn bytes(rows: &[Vec<Value>]) -> usize {
    let value = |value: &Value| match value {
        Value::Bytes(bytes) => bytes.len() + 9,
        _ => 9,
    };
    rows.iter().flatten().map(value).sum()
}

/// A connection on loan. Whoever ends well gives it back; after an error, or when a caller goes away in the
/// middle of a transaction, it is closed at once and takes its locks with it.
pub(super) struct Lease(Option<Object<Connector>>);

impl Lease {
    pub(super) fn new(session: Object<Connector>) -> Lease {
        Lease(Some(session))
    }

    pub(super) fn give_back(mut self) {
        self.0 = None;
    }
}

impl Deref for Lease {
    type Target = Session;
    fn deref(&self) -> &Session {
        self.0.as_ref().expect("until it is given back")
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Session {
        self.0.as_mut().expect("until it is given back")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(session) = self.0.take() {
            drop(Object::take(session));
        }
    }
}
