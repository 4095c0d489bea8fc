//! Bearer tokens, which are stored as hashes, compared in constant time, and never logged (REQ-G1).

use leeward_model::AccountId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, RwLock};
use subtle::ConstantTimeEq;

/// The accounts and rights of one token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub name: String,
    /// The SHA-256 of the token, in hexadecimal.
    pub sha256: String,
    /// The account ids for which the token may act. An id that ends in `*` stands for all ids with that prefix.
    pub accounts: Vec<String>,
    #[serde(default)]
    pub operator: bool,
}

impl Grant {
    /// Returns whether the token may act for the account.
    pub fn allows(&self, account: &AccountId) -> bool {
        self.accounts.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => account.as_str().starts_with(prefix),
            None => account.as_str() == pattern,
        })
    }
}

/// The reasons why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The token is missing or unknown.
    Unauthenticated,
    /// This process has received too many invalid tokens in the current second (S16).
    TooManyFailures,
}

/// The number of invalid tokens per second to which a process responds with 401. It responds with 429 to all further
/// invalid tokens.
const FAILURES_PER_S: u32 = 50;

/// The grants of all valid tokens.
#[derive(Debug)]
pub struct Tokens {
    grants: RwLock<Arc<[Arc<Grant>]>>,
    /// The current second of this process's clock, and the number of failures in it.
    failures: Mutex<(u64, u32)>,
}

/// Returns the SHA-256 of a token, in hexadecimal.
pub fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// Returns a new token, which is the prefix followed by 256 random bits in hexadecimal.
pub fn new_token(prefix: &str) -> String {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    format!("{prefix}_{}", hex::encode(bytes))
}

fn share(grants: Vec<Grant>) -> Arc<[Arc<Grant>]> {
    grants.into_iter().map(Arc::new).collect()
}

impl Tokens {
    pub fn new(grants: Vec<Grant>) -> Tokens {
        Tokens { grants: RwLock::new(share(grants)), failures: Mutex::new((0, 0)) }
    }

    /// Replaces all grants. Tokens of earlier grants are unknown from then on, unless the new grants contain them.
    pub fn replace(&self, grants: Vec<Grant>) {
        *self.grants.write().expect("copying does not panic") = share(grants);
    }

    /// Returns the grant of the token in the `Authorization` header. The token is compared with every grant, even after
    /// a match, so that the time does not depend on which grant matches.
    pub fn check(&self, header: Option<&str>, now_ms: u64) -> Result<Arc<Grant>, Refusal> {
        let token = header.and_then(|h| h.strip_prefix("Bearer ")).map(str::trim);
        let Some(token) = token.filter(|t| !t.is_empty() && t.len() <= 256) else {
            return Err(self.count_failure(now_ms));
        };
        let presented = hash(token);
        let mut found = None;
        let grants = self.grants.read().expect("copying does not panic").clone();
        for grant in grants.iter() {
            if bool::from(grant.sha256.as_bytes().ct_eq(presented.as_bytes())) {
                found = Some(grant.clone());
            }
        }
        found.ok_or_else(|| self.count_failure(now_ms))
    }

    fn count_failure(&self, now_ms: u64) -> Refusal {
        let mut failures = self.failures.lock().expect("counting does not panic");
        let second = now_ms / 1_000;
        if failures.0 != second {
            *failures = (second, 0);
        }
        failures.1 += 1;
        if failures.1 > FAILURES_PER_S {
            Refusal::TooManyFailures
        } else {
            Refusal::Unauthenticated
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_acts_for_its_accounts_only() {
        let grant = |accounts: &[&str]| Grant {
            name: "t".into(),
            sha256: hash("secret"),
            accounts: accounts.iter().map(|a| (*a).to_owned()).collect(),
            operator: false,
        };
        let tokens = Tokens::new(vec![grant(&["desk-1", "fund:*"])]);
        let found = tokens.check(Some("Bearer secret"), 0).expect("known");
        let allows = |name: &str| found.allows(&AccountId::new(name).expect("valid"));
        assert!(allows("desk-1") && allows("fund:7"));
        assert!(!allows("desk-10") && !allows("other"));
        for bad in [None, Some("Bearer"), Some("Bearer wrong"), Some("secret")] {
            assert_eq!(tokens.check(bad, 0), Err(Refusal::Unauthenticated), "{bad:?}");
        }
    }

    #[test]
    fn a_revoked_token_is_unknown() {
        let grant = |token: &str| Grant {
            name: "t".into(),
            sha256: hash(token),
            accounts: vec![],
            operator: false,
        };
        let tokens = Tokens::new(vec![grant("old")]);
        tokens.replace(vec![grant("new")]);
        assert_eq!(tokens.check(Some("Bearer old"), 0), Err(Refusal::Unauthenticated));
        assert!(tokens.check(Some("Bearer new"), 0).is_ok());
    }

    #[test]
    fn guessing_is_slowed_and_the_right_token_is_not() {
        let tokens = Tokens::new(vec![Grant {
            name: "t".into(),
            sha256: hash("secret"),
            accounts: vec![],
            operator: false,
        }]);
        let mut last = Refusal::Unauthenticated;
        for _ in 0..200 {
            last = tokens.check(Some("Bearer guess"), 5_000).expect_err("wrong");
        }
        assert_eq!(last, Refusal::TooManyFailures);
        assert!(tokens.check(Some("Bearer secret"), 5_000).is_ok());
    }
}
