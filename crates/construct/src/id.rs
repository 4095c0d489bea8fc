//! Logical ids. They are readable, and they stay the same when siblings come or go, because they depend only on the
//! path.

use sha2::{Digest, Sha256};

/// The maximum length of the readable part of a name; Terraform allows longer names.
const READABLE: usize = 200;

/// Returns the name of the element at this path. A single valid component stays unchanged. In all other cases the
/// components are joined and a hash makes the name unique, because `a_b/c` and `a/b_c` would join to the same text.
pub(crate) fn logical(path: &[String]) -> String {
    let clean: Vec<String> = path.iter().map(|component| identifier(component)).collect();
    let mut name = clean.join("_");
    if path.len() == 1 && clean[0] == path[0] && name.len() <= READABLE {
        return name;
    }
    name.truncate(READABLE);
    format!("{name}_{}", hash(&path.join("/")))
}

/// Returns an eight-digit hash of a text.
pub(crate) fn hash(text: &str) -> String {
    let mut digits = hex(text.as_bytes());
    digits.truncate(8);
    digits.make_ascii_uppercase();
    digits
}

/// Returns the SHA-256 of these bytes, in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Returns a component as a valid name in Terraform: other characters become `-`, and a name that does not begin with
/// a letter gets a leading `_`.
fn identifier(component: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut out: String = component.chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    if !out.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        out.insert(0, '_');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(path: &[&str], expect: &str) {
        let path: Vec<String> = path.iter().map(|&c| c.to_owned()).collect();
        assert_eq!(logical(&path), expect);
    }

    #[test]
    fn readable_names() {
        check(&["main"], "main");
        check(&["vpc", "main"], "vpc_main_1F40AC3D");
        check(&["10.0.0.0/16"], "_10-0-0-0-16_638E1131");
    }

    proptest! {
        #[test]
        fn different_paths_have_different_valid_names(
            a in prop::collection::vec("[a-c_/.]{1,4}", 1..4),
            b in prop::collection::vec("[a-c_/.]{1,4}", 1..4),
        ) {
            let name = logical(&a);
            prop_assert!(name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'));
            prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'));
            if a.join("/") != b.join("/") {
                prop_assert_ne!(name, logical(&b));
            }
        }
    }
}
