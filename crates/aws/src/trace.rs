//! The trace that a task works for, where there is one (REQ-C1).

tokio::task_local! {
    static TRACE: String;
}

/// What `work` sends carries this header's value, as `X-Amzn-Trace-Id` has it.
pub async fn traced<T>(trace: Option<String>, work: impl Future<Output = T>) -> T {
    match trace.filter(|trace| !trace.is_empty()) {
        Some(trace) => TRACE.scope(trace, work).await,
        None => work.await,
    }
}

pub(crate) fn current() -> Option<String> {
    TRACE.try_with(Clone::clone).ok()
}
