//! `leeward orders …`
use crate::args::{OrdersGenerate, OrdersSubmit};
pub(crate) async fn submit(_args: OrdersSubmit) -> anyhow::Result<bool> { anyhow::bail!("not yet") }
pub(crate) fn generate(_args: &OrdersGenerate) -> anyhow::Result<bool> { anyhow::bail!("not yet") }
