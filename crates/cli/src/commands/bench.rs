//! `leeward bench …`
use crate::args::BenchOrders;
pub(crate) async fn orders(_args: BenchOrders) -> anyhow::Result<bool> { anyhow::bail!("not yet") }
