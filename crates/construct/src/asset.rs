//! Files that are shipped with a stack. Their path contains the hash of the content, so that a change of content
//! shows up in the plan.

use crate::error::AssetError;
use crate::id::hex;
use sha2::{Digest, Sha256};
use std::path::Path;

/// A file beside the configuration.
#[derive(Debug, Clone)]
pub struct Asset {
    path: String,
    sha256: [u8; 32],
}

impl Asset {
    /// Returns the path relative to the directory of the stack, in which Terraform runs.
    pub fn relative_path(&self) -> &str {
        &self.path
    }

    /// Returns the hash of the file's content in hexadecimal.
    pub fn sha256(&self) -> String {
        hex::encode(self.sha256)
    }

    /// Returns the hash of the file's content in base64, as `source_code_hash` expects it.
    pub fn sha256_base64(&self) -> String {
        base64(&self.sha256)
    }
}

#[derive(Debug)]
pub(crate) struct Content {
    name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Content {
    pub(crate) fn new(name: String, bytes: Vec<u8>) -> Content {
        Content { name, bytes }
    }

    pub(crate) fn read(file: &Path) -> Result<Content, AssetError> {
        let name = file.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| AssetError::Name { path: file.to_owned() })?.to_owned();
        let bytes = std::fs::read(file)
            .map_err(|source| AssetError::Read { path: file.to_owned(), source })?;
        Ok(Content { name, bytes })
    }

    pub(crate) fn asset(&self, id: &str) -> Asset {
        let digest = hex(&self.bytes)[..32].to_ascii_uppercase();
        let path = format!("assets/{id}/{digest}/{}", self.name);
        Asset { path, sha256: Sha256::digest(&self.bytes).into() }
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let index = (group >> (18 - 6 * digit)) & 63;
            out.push(if digit > chunk.len() { '=' } else { DIGITS[index as usize] as char });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expect: &str) {
        assert_eq!(base64(input.as_bytes()), expect);
    }

    #[test]
    fn base64_as_in_the_rfc() {
        check("", "");
        check("f", "Zg==");
        check("fo", "Zm8=");
        check("foo", "Zm9v");
        check("foobar", "Zm9vYmFy");
    }

    #[test]
    fn a_change_of_content_is_a_change_of_path() {
        let asset = |bytes: &[u8]| Content::new("a.zip".into(), bytes.to_vec()).asset("code");
        assert_eq!(asset(b"one").relative_path(), asset(b"one").relative_path());
        assert_ne!(asset(b"one").relative_path(), asset(b"two").relative_path());
        assert_eq!(asset(b"").sha256_base64(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
