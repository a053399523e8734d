//! Zip archives and folder trees from files in memory. Equal files give equal bytes: no clock goes in.

use std::io::{Cursor, Write as _};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Paths with `/` and the bytes behind them, in order.
pub type Files = Vec<(String, Vec<u8>)>;

/// A zip archive of deflated files.
pub fn zip(files: &Files) -> Vec<u8> {
    zip_as(files, CompressionMethod::Deflated)
}

/// A zip archive with the method of choice.
pub fn zip_as(files: &Files, method: CompressionMethod) -> Vec<u8> {
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(DateTime::default());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer.start_file(path.as_str(), options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Writes a zip archive of one deflated file that comes in pieces: memory never holds the whole.
pub fn zip_file<'a>(path: &Path, name: &str, pieces: impl Iterator<Item = &'a [u8]>) {
    let mut writer = ZipWriter::new(std::fs::File::create(path).unwrap());
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    writer.start_file(name, options).unwrap();
    for piece in pieces {
        writer.write_all(piece).unwrap();
    }
    writer.finish().unwrap();
}

/// Writes the files below a folder.
pub fn tree(folder: &Path, files: &Files) {
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
