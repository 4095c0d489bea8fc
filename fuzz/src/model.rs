//! Fuzz targets for table items and ledger entries that another version or another program may have written.

use leeward_core::fold::{AccountState, Folded};
use leeward_model::{
    AccountId, AuditRecord, Authority, Entry, Observation, ProcessorState, Seq, StoredEntry,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Checks that an accepted value is equal after it was serialized and parsed again.
fn check_round_trip<T: Serialize + DeserializeOwned + PartialEq>(text: &str) {
    if let Ok(value) = serde_json::from_str::<T>(text) {
        let again = serde_json::to_string(&value).expect("plain data");
        assert!(serde_json::from_str::<T>(&again).expect("its own text") == value, "{again}");
    }
}

/// Parses the input as an authority, as an observation, as a processor's state and as an audit record.
pub fn item(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    check_round_trip::<Authority>(text);
    check_round_trip::<Observation>(text);
    check_round_trip::<ProcessorState>(text);
    check_round_trip::<AuditRecord>(text);
}

/// Folds the input as the body of an entry. The entry must be applied or must park the account (R9).
pub fn entry(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let account = AccountId::new("acct").expect("valid");
    let stored = StoredEntry { account, seq: Seq(1), format: Entry::FORMAT, body: text.into() };
    check_fold(&stored);
}

/// Checks that an entry always folds to the same state, and that the fold never skips a gap (SAFE-3).
pub(crate) fn check_fold(stored: &StoredEntry) {
    let fold = || {
        let mut state = AccountState::empty(stored.account.clone());
        let folded = state.fold(stored);
        (state.hash(), matches!(folded, Folded::Applied(_)), state)
    };
    let (one, mut other) = (fold(), fold());
    assert_eq!((&one.0, one.1), (&other.0, other.1), "SAFE-3");
    let far = StoredEntry { seq: Seq(9), ..stored.clone() };
    assert!(!matches!(other.2.fold(&far), Folded::Applied(_)), "SAFE-3: a gap was skipped");
}
