//! Items of the tables and entries of the ledger: another version, or another program, wrote them.

use leeward_core::fold::{AccountState, Folded};
use leeward_model::{
    AccountId, AuditRecord, Authority, Entry, Observation, ProcessorState, Seq, StoredEntry,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is taken is written as it was read.
fn same<T: Serialize + DeserializeOwned + PartialEq>(text: &str) {
    if let Ok(value) = serde_json::from_str::<T>(text) {
        let again = serde_json::to_string(&value).expect("plain data");
        assert!(serde_json::from_str::<T>(&again).expect("its own text") == value, "{again}");
    }
}

/// Authority, observations, processors' states and audit records.
pub fn item(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    same::<Authority>(text);
    same::<Observation>(text);
    same::<ProcessorState>(text);
    same::<AuditRecord>(text);
}

/// A ledger entry's body: it is folded, or it parks the account (R9).
pub fn entry(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let account = AccountId::new("acct").expect("valid");
    let stored = StoredEntry { account, seq: Seq(1), format: Entry::FORMAT, body: text.into() };
    folds(&stored);
}

/// The same entry folds to the same state, and a gap is never passed over (SAFE-3).
pub(crate) fn folds(stored: &StoredEntry) {
    let fold = || {
        let mut state = AccountState::empty(stored.account.clone());
        let folded = state.fold(stored);
        (state.hash(), matches!(folded, Folded::Applied(_)), state)
    };
    let (one, mut other) = (fold(), fold());
    assert_eq!((&one.0, one.1), (&other.0, other.1), "SAFE-3");
    let far = StoredEntry { seq: Seq(9), ..stored.clone() };
    assert!(!matches!(other.2.fold(&far), Folded::Applied(_)), "SAFE-3: a gap was passed over");
}
