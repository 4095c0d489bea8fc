//! A connection on its own thread, because SQLite blocks and the async runtime must not.

use crate::{StoreError, Stored};
use rusqlite::Connection;
use std::sync::mpsc::{Sender, channel};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

#[derive(Clone)]
pub(crate) struct Worker {
    jobs: Sender<Job>,
}

impl Worker {
    pub(crate) fn start(name: &str, mut connection: Connection) -> Stored<Worker> {
        let (jobs, queue) = channel::<Job>();
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                while let Ok(job) = queue.recv() {
                    job(&mut connection);
                }
            })
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        Ok(Worker { jobs })
    }

    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Stored<T> + Send + 'static,
    ) -> Stored<T> {
        let (send, receive) = oneshot::channel();
        let job = Box::new(move |connection: &mut Connection| {
            let _ = send.send(job(connection));
        });
        let ended = || StoreError::Unavailable("the connection's thread has ended".into());
        self.jobs.send(job).map_err(|_| ended())?;
        receive.await.map_err(|_| ended())?
    }
}
