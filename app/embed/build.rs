//! Compresses what is in `app/dist` and writes the table that the library includes.

use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What compressing takes at least off to be worth a second copy: a sixteenth.
const WORTH: usize = 16;

fn main() -> Outcome<()> {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let dist = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../dist");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../dist");
    // Cargo would build again every time as long as a directory that it watches is missing. Where
    // none can be made that is all that happens.
    if fs::create_dir_all(&dist).is_err() {
        println!("cargo:warning=cannot create {}", dist.display());
    }
    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        list(&dist, "", &mut files)?;
        files.sort();
    }
    let mut table = "&[\n".to_owned();
    for path in files {
        let bytes = fs::read(dist.join(&path))?;
        let hash = hex::encode(Sha256::digest(&bytes));
        let tag = hash.get(..32).unwrap_or(&hash);
        let (content_type, compressible) = content_type(&path);
        let plain = store(&out, tag, "", || Ok(bytes.clone()))?;
        let smaller = |extension, compress: fn(&[u8]) -> Outcome<Vec<u8>>| {
            if !compressible {
                return Ok("None".to_owned());
            }
            let stored = store(&out, tag, extension, || compress(&bytes))?;
            let length = usize::try_from(fs::metadata(&stored)?.len())?;
            let worth = length.saturating_add(bytes.len() / WORTH) < bytes.len();
            Ok::<_, Box<dyn Error>>(if worth {
                format!("Some(include_bytes!({stored:?}))")
            } else {
                "None".to_owned()
            })
        };
        let (brotli, gzip) = (smaller(".br", brotli)?, smaller(".gz", gzip)?);
        writeln!(
            table,
            "    Asset {{ path: {path:?}, content_type: {content_type:?}, tag: {tag:?}, \
             plain: include_bytes!({plain:?}), gzip: {gzip}, brotli: {brotli} }},"
        )?;
    }
    table.push(']');
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

/// Every file below a directory, with `/` between the parts of its path.
fn list(dir: &Path, prefix: &str, files: &mut Vec<String>) -> Outcome<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().ok_or("a file's name in app/dist is not UTF-8")?;
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Writes a file named by what it was made from, unless an earlier build did.
fn store(
    out: &Path,
    tag: &str,
    extension: &str,
    make: impl FnOnce() -> Outcome<Vec<u8>>,
) -> Outcome<String> {
    let path = out.join(format!("{tag}{extension}"));
    if !path.is_file() {
        // Renamed into place, so that a build that was interrupted leaves no half of one.
        let half = out.join(format!("{tag}{extension}.half"));
        fs::write(&half, make()?)?;
        fs::rename(&half, &path)?;
    }
    Ok(path.to_str().ok_or("the path of the build directory is not UTF-8")?.to_owned())
}

fn brotli(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// The media type of a file, and whether compressing it can be worth something.
fn content_type(path: &str) -> (&'static str, bool) {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => ("text/html; charset=utf-8", true),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "json" | "map" => ("application/json", true),
        "webmanifest" => ("application/manifest+json", true),
        "svg" => ("image/svg+xml", true),
        "txt" => ("text/plain; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "ico" => ("image/x-icon", true),
        "png" => ("image/png", false),
        "jpg" | "jpeg" => ("image/jpeg", false),
        "webp" => ("image/webp", false),
        "avif" => ("image/avif", false),
        "woff" => ("font/woff", false),
        "woff2" => ("font/woff2", false),
        _ => ("application/octet-stream", true),
    }
}
