//! COMBINE archives: a ZIP file with models, experiments and a manifest that says what each file is.
//!
//! Everything is bounded: an archive that is larger, has more entries, or names files outside of itself is refused.
//!
//! # Source
//! COMBINE Archive, Bergmann et al. 2014, BMC Bioinformatics 15, 369.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use roxmltree::Document;
use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// An archive has no more files.
pub const MOST_ENTRIES: usize = 10_000;
/// A file of an archive is no larger, unpacked.
pub const MOST_ENTRY_BYTES: u64 = 256 << 20;
/// All files together are no larger, unpacked.
pub const MOST_BYTES: u64 = 1 << 30;

const MANIFEST: &str = "manifest.xml";
const PREFIX: &str = "http://identifiers.org/combine.specifications/";

/// Why an archive cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OmexError {
    /// It is no ZIP file, or a broken one.
    #[error("it is not a ZIP archive that can be read: {0}")]
    NotZip(String),
    /// A limit that protects memory and disk.
    #[error("{0}")]
    TooLarge(String),
    /// A file whose name leads out of the archive.
    #[error("the entry {0:?} lies outside of the archive")]
    Outside(String),
    /// The manifest is missing or wrong.
    #[error("the manifest cannot be used: {0}")]
    Manifest(String),
}

/// A file that the manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Path in the archive, without `./` in front.
    pub location: String,
    /// Address that says what it is.
    pub format: String,
    /// Whether it is the file to start with.
    pub master: bool,
}

/// An archive in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archive {
    /// Files by path, the manifest among them.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What the manifest says, in its order. A file that it names may be missing: most are never needed.
    pub contents: Vec<Content>,
}

impl Archive {
    /// Paths of the SED-ML files: those marked as master, or all when none is.
    pub fn experiments(&self) -> Vec<&str> {
        let is_sedml = |c: &&Content| c.format.contains("sed-ml");
        let all: Vec<&Content> = self.contents.iter().filter(is_sedml).collect();
        let masters: Vec<&str> = all.iter().filter(|c| c.master).map(|c| c.location.as_str()).collect();
        if masters.is_empty() { all.iter().map(|c| c.location.as_str()).collect() } else { masters }
    }

    /// An archive of files that lie unpacked, the manifest among them.
    ///
    /// # Errors
    /// The manifest is missing or wrong.
    pub fn unpacked(files: BTreeMap<String, Vec<u8>>) -> Result<Archive, OmexError> {
        let contents = manifest(&files)?;
        Ok(Archive { files, contents })
    }

    /// Adds a file, and says in the manifest what it is.
    pub fn add(&mut self, location: &str, bytes: Vec<u8>, master: bool) {
        self.files.insert(location.to_string(), bytes);
        let format = format!("{PREFIX}{}", format_of(location));
        self.contents.push(Content { location: location.to_string(), format, master });
    }
}

fn format_of(location: &str) -> &'static str {
    match location.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "sedml" => "sed-ml",
        "xml" | "sbml" => "sbml",
        "bngl" => "bngl",
        "rdf" => "omex-metadata",
        _ => "unknown",
    }
}

/// Reads an archive.
///
/// # Errors
/// [`OmexError`].
pub fn read(bytes: &[u8]) -> Result<Archive, OmexError> {
    read_within(bytes, MOST_ENTRY_BYTES, MOST_BYTES)
}

/// As [`read`], with limits for one file and for all together, in bytes.
fn read_within(bytes: &[u8], most_entry: u64, most: u64) -> Result<Archive, OmexError> {
    let not_zip = |e: &dyn std::fmt::Display| OmexError::NotZip(e.to_string());
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| not_zip(&e))?;
    if zip.len() > MOST_ENTRIES {
        return Err(OmexError::TooLarge(format!("it has {} entries, more than {MOST_ENTRIES}", zip.len())));
    }
    let mut archive = Archive::default();
    let mut total = 0;
    for i in 0..zip.len() {
        let entry = zip.by_index(i).map_err(|e| not_zip(&e))?;
        let name = entry.name().map_err(|e| not_zip(&e))?.into_owned();
        if entry.is_dir() {
            continue;
        }
        let path = inside(&name).ok_or_else(|| OmexError::Outside(name.clone()))?;
        // What the entry says about its size is not believed: it is read up to the limit and one byte more.
        let limit = most_entry.min(most - total);
        let mut content = Vec::new();
        entry.take(limit + 1).read_to_end(&mut content).map_err(|e| not_zip(&e))?;
        if content.len() as u64 > limit {
            return Err(OmexError::TooLarge(format!(
                "unpacked, {path:?} is larger than {most_entry} bytes, or all files than {most}"
            )));
        }
        total += content.len() as u64;
        archive.files.insert(path, content);
    }
    Archive::unpacked(archive.files)
}

/// A path without `.` and empty parts; `None` if it leads out of the archive.
pub fn inside(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    if name.starts_with('/') || name.contains('\0') || name.get(1..2) == Some(":") {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn manifest(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<Content>, OmexError> {
    let wrong = |what: String| OmexError::Manifest(what);
    let bytes = files.get(MANIFEST).ok_or_else(|| wrong(format!("there is no {MANIFEST}")))?;
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8".to_string()))?;
    let document = Document::parse(text).map_err(|e| wrong(e.to_string()))?;
    let mut contents = Vec::new();
    for node in document.root_element().children().filter(|c| c.tag_name().name() == "content") {
        let location =
            node.attribute("location").ok_or_else(|| wrong("a content has no location".to_string()))?;
        let format = node.attribute("format").unwrap_or_default().to_string();
        // The archive itself is "."; it and addresses elsewhere are no files.
        if matches!(location.trim(), "." | "./") || location.contains("://") {
            continue;
        }
        let location = inside(location).ok_or_else(|| OmexError::Outside(location.to_string()))?;
        // Some writers say True.
        let master = node.attribute("master").is_some_and(|m| m.trim().eq_ignore_ascii_case("true"));
        contents.push(Content { location, format, master });
    }
    Ok(contents)
}

/// The bytes of an archive; the manifest is written anew. The same files give the same bytes.
///
/// # Errors
/// A file name leads out of the archive, or a file is too large for ZIP.
pub fn write(archive: &Archive) -> Result<Vec<u8>, OmexError> {
    let failed = |e: &dyn std::fmt::Display| OmexError::NotZip(e.to_string());
    let escape = |s: &str| s.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<omexManifest xmlns=\"{PREFIX}omex-manifest\">\n  \
         <content location=\".\" format=\"{PREFIX}omex\"/>\n  \
         <content location=\"./{MANIFEST}\" format=\"{PREFIX}omex-manifest\"/>\n"
    );
    for content in archive.contents.iter().filter(|c| c.location != MANIFEST) {
        text.push_str(&format!(
            "  <content location=\"./{}\" format=\"{}\" master=\"{}\"/>\n",
            escape(&content.location),
            escape(&content.format),
            content.master
        ));
    }
    text.push_str("</omexManifest>\n");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let files = archive.files.iter().filter(|(name, _)| *name != MANIFEST);
    let manifest = (MANIFEST, text.as_bytes());
    for (name, bytes) in std::iter::once(manifest).chain(files.map(|(n, b)| (n.as_str(), b.as_slice()))) {
        if inside(name).as_deref() != Some(name) {
            return Err(OmexError::Outside(name.to_string()));
        }
        zip.start_file(name, options).map_err(|e| failed(&e))?;
        zip.write_all(bytes).map_err(|e| failed(&e))?;
    }
    Ok(zip.finish().map_err(|e| failed(&e))?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut archive = Archive::default();
        archive.add("a/m.xml", b"<sbml/>".to_vec(), false);
        archive.add("x & y.sedml", b"<sedML/>".to_vec(), true);
        let bytes = write(&archive).unwrap();
        assert_eq!(bytes, write(&archive).unwrap());
        let mut again = read(&bytes).unwrap();
        assert_eq!(again.experiments(), ["x & y.sedml"]);
        again.files.remove(MANIFEST);
        again.contents.retain(|c| c.location != MANIFEST);
        assert_eq!(again, archive);
    }

    #[test]
    fn entries_outside_are_refused() {
        for name in ["../evil", "a/../../evil", "/etc/passwd", "c:\\evil", "..\\evil"] {
            assert_eq!(inside(name), None, "{name}");
            // The writer repairs some names itself; what is read is either inside or refused.
            if let Ok(archive) = read(&packed(&[(name, b"x"), (MANIFEST, b"<omexManifest/>")])) {
                assert!(archive.files.keys().all(|f| inside(f).as_deref() == Some(f)), "{name}");
            }
        }
        let manifest = b"<omexManifest><content location='../x' format='f'/></omexManifest>";
        assert_eq!(read(&packed(&[(MANIFEST, manifest)])), Err(OmexError::Outside("../x".to_string())));
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let zeros = vec![0; 100_001];
        let bytes = packed(&[(MANIFEST, b"<omexManifest/>"), ("bomb", &zeros)]);
        assert!(bytes.len() < 1_000);
        assert!(matches!(read_within(&bytes, 100_000, 1_000_000), Err(OmexError::TooLarge(_))));
        assert!(matches!(read_within(&bytes, 1_000_000, 100_000), Err(OmexError::TooLarge(_))));
        assert!(read_within(&bytes, 100_001, 200_000).is_ok());
    }

    #[test]
    fn broken_archives_are_errors() {
        let bytes = packed(&[(MANIFEST, b"<omexManifest/>")]);
        for end in 0..bytes.len() {
            assert!(read(&bytes[..end]).is_err());
        }
        assert!(matches!(read(&packed(&[("x", b"")])), Err(OmexError::Manifest(_))));
    }
}
