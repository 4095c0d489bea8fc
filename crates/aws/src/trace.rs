//! The trace to which a task's work belongs, if there is one (REQ-C1).

tokio::task_local! {
    static TRACE: String;
}

/// Runs `work` so that its messages carry `trace`, a value of the header `X-Amzn-Trace-Id`.
pub async fn traced<T>(trace: Option<String>, work: impl Future<Output = T>) -> T {
    match trace.filter(|trace| !trace.is_empty()) {
        Some(trace) => TRACE.scope(trace, work).await,
        None => work.await,
    }
}

pub(crate) fn current() -> Option<String> {
    TRACE.try_with(Clone::clone).ok()
}
