//! A connection while a caller uses it. It runs statements with a time limit, and accepts lists of any length.

use super::connect::Connector;
use deadpool::managed::Object;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Params, Row, Value};
use std::future::Future;
use std::io::ErrorKind;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

/// The maximum number of list items, or of inserted rows, in one statement. It is below 1,000, because MariaDB converts
/// longer lists into a table and does not keep their order.
const ITEMS_MAX: usize = 512;
/// The maximum size of the rows in one statement. The default `max_allowed_packet` of every supported server is larger.
const PACKET_BYTES: usize = 1 << 20;

pub(super) type Sql<T> = Result<T, Error>;

pub(super) struct Session {
    conn: Conn,
    statement_timeout: Duration,
}

/// Runs an exchange with the server under a client-side time limit, because MySQL has no server-side limit for writes.
///
/// The server continues a statement after the client has given up on it, until the statement ends. The server then
/// rolls it back with its connection, unless the statement was the commit (SAFE-7).
async fn with_limit<T>(limit: Duration, exchange: impl Future<Output = Sql<T>>) -> Sql<T> {
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
        with_limit(self.statement_timeout, self.conn.ping()).await
    }

    /// Executes a statement without preparing it, such as the start or end of a transaction or a table definition.
    pub(super) async fn execute(&mut self, sql: &str) -> Sql<()> {
        with_limit(self.statement_timeout, self.conn.query_drop(sql)).await
    }

    pub(super) async fn rows(&mut self, sql: &str, parameters: impl Into<Params>) -> Sql<Vec<Row>> {
        with_limit(self.statement_timeout, self.conn.exec(sql, parameters.into())).await
    }

    /// Executes a write and returns the number of rows that it affected.
    pub(super) async fn write(&mut self, sql: &str, parameters: impl Into<Params>) -> Sql<u64> {
        with_limit(self.statement_timeout, self.conn.exec_drop(sql, parameters.into())).await?;
        Ok(self.conn.affected_rows())
    }

    /// Inserts rows in their order. The number of rows in each statement is a power of two, so that few distinct
    /// statements are prepared. A row that is larger than a packet is sent alone, and the server accepts or refuses it.
    pub(super) async fn insert(&mut self, sql: &str, mut rows: Vec<Vec<Value>>) -> Sql<()> {
        while let Some(width) = rows.first().map(Vec::len) {
            let number = rows_that_fit(&rows);
            let row = format!("({})", vec!["?"; width].join(", "));
            let sql = sql.replace("{rows}", &vec![row; number].join(", "));
            let values: Vec<Value> = rows.drain(..number).flatten().collect();
            self.write(&sql, values).await?;
        }
        Ok(())
    }

    /// Queries the items of a list in parts, and returns the rows of all parts in the order of the list.
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

/// Splits a list into parts whose lengths are powers of two. The last part is padded with its own last item.
fn parts<T: Clone + Into<Value>>(list: &[T]) -> Vec<Vec<Value>> {
    let padded = |part: &[T]| {
        let mut values: Vec<Value> = part.iter().cloned().map(Into::into).collect();
        let last = values[values.len() - 1].clone();
        values.resize(part.len().next_power_of_two(), last);
        values
    };
    list.chunks(ITEMS_MAX).map(padded).collect()
}

/// Returns the number of leading rows that fit into one statement. `rows` must not be empty.
fn rows_that_fit(rows: &[Vec<Value>]) -> usize {
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

/// A connection on loan from the pool. A caller that succeeds gives the connection back. After an error, or when the
/// caller is dropped in the middle of a transaction, the connection is closed immediately, which releases its locks.
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
        self.0.as_ref().expect("a lease holds its session until it is given back")
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Session {
        self.0.as_mut().expect("a lease holds its session until it is given back")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(session) = self.0.take() {
            drop(Object::take(session));
        }
    }
}
