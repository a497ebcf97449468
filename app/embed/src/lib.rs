//! The operators' app as it was built: the files of `app/dist`, compressed when this crate is.
//!
//! Without a built app the crate compiles all the same and [`App::embedded`] has no files; whoever
//! serves it says so. Building the app builds this crate again.
//!
//! # Not here
//!
//! HTTP: which file answers a request, with which headers (`cairn-oracle`).
//!
//! # Example
//!
//! ```
//! use cairn_app::{App, Asset};
//!
//! const PAGE: Asset = Asset {
//!     path: "index.html", content_type: "text/html; charset=utf-8", tag: "1",
//!     plain: b"<!doctype html>", gzip: None, brotli: None,
//! };
//! let app = App::new(&[PAGE]);
//! assert_eq!(app.index().map(|page| page.plain), Some(PAGE.plain));
//! assert!(app.get("assets/app.js").is_none());
//! ```

/// One file of the app.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Its path below the app's root, without a `/` in front.
    pub path: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// Changes when the content does: letters and digits.
    pub tag: &'static str,
    /// The file.
    pub plain: &'static [u8],
    /// The same in gzip, where that is smaller.
    pub gzip: Option<&'static [u8]>,
    /// The same in brotli, where that is smaller.
    pub brotli: Option<&'static [u8]>,
}

/// The files of an app.
#[derive(Debug, Clone, Copy)]
pub struct App(&'static [Asset]);

static EMBEDDED: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

impl App {
    /// The app that was built before this crate was; without files when there was none.
    pub const fn embedded() -> Self {
        Self(EMBEDDED)
    }

    /// An app of other files, ascending by path.
    pub const fn new(assets: &'static [Asset]) -> Self {
        Self(assets)
    }

    /// The file at a path.
    pub fn get(&self, path: &str) -> Option<&'static Asset> {
        let at = self.0.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
        self.0.get(at)
    }

    /// The page; `None` when the app was not built.
    pub fn index(&self) -> Option<&'static Asset> {
        self.get("index.html")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_is_found_and_compressed_only_where_that_is_smaller() {
        let App(assets) = App::embedded();
        assert!(assets.is_sorted_by_key(|asset| asset.path));
        for asset in assets {
            assert_eq!(App::embedded().get(asset.path).map(|found| found.tag), Some(asset.tag));
            for smaller in [asset.gzip, asset.brotli].into_iter().flatten() {
                assert!(smaller.len() < asset.plain.len(), "{}", asset.path);
            }
        }
        assert!(assets.is_empty() || App::embedded().index().is_some());
    }
}
