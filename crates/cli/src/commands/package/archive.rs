//! Writes reproducible archives. They contain no times and no owners and list the files in a fixed order, so that every
//! build produces the same bytes.

use std::io::Write;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The compression level. The archive is a fifth smaller than with the default, at the cost of seconds per build.
const ZSTD_LEVEL: i32 = 19;

/// A file as name, mode and content.
pub(super) type File = (&'static str, u32, Vec<u8>);

pub(super) fn zip(files: Vec<File>) -> anyhow::Result<Vec<u8>> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, mode, bytes) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(DateTime::default())
            .unix_permissions(mode);
        writer.start_file(name, options)?;
        writer.write_all(&bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Returns a `.tar.zst` whose files belong to root.
pub(super) fn tar_zst(files: Vec<File>) -> anyhow::Result<Vec<u8>> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, mode, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(mode);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        tar.append_data(&mut header, name, bytes.as_slice())?;
    }
    Ok(zstd::bulk::compress(&tar.into_inner()?, ZSTD_LEVEL)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_same_files_make_the_same_zip() {
        let make = || zip(vec![("bootstrap", 0o755, vec![7; 100_000])]).expect("made");
        let first = make();
        assert_eq!(first, make());
        let mut read = zip::ZipArchive::new(std::io::Cursor::new(first)).expect("a zip");
        let file = read.by_name("bootstrap").expect("there");
        assert_eq!((file.unix_mode().map(|m| m & 0o777), file.size()), (Some(0o755), 100_000));
    }

    #[test]
    fn the_same_files_make_the_same_tar() {
        let make = || tar_zst(vec![("usr/bin/x", 0o755, vec![7; 100_000])]).expect("made");
        let first = make();
        assert_eq!(first, make());
        let plain = zstd::bulk::decompress(&first, 1 << 20).expect("zstd");
        let mut read = tar::Archive::new(plain.as_slice());
        let mut entry = read.entries().expect("a tar").next().expect("one").expect("whole");
        assert_eq!(entry.header().mode().expect("a mode") & 0o777, 0o755);
        assert_eq!((entry.header().mtime().ok(), entry.header().uid().ok()), (Some(0), Some(0)));
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("read");
        assert_eq!(bytes, vec![7; 100_000]);
    }
}
