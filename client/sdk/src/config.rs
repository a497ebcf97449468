//! The Solana command line's configuration file and cluster names, followed so that `cairn` needs
//! no setup of its own.

use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What `~/.config/solana/cli/config.yml` says; each value may be overridden by a flag.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Config {
    /// RPC endpoint, or a cluster's name.
    pub json_rpc_url: String,
    /// File of the wallet's keypair.
    pub keypair_path: PathBuf,
    /// `processed`, `confirmed` or `finalized`.
    pub commitment: String,
}

/// Why a configuration file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read {path}: {error}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What went wrong.
        error: std::io::Error,
    },
    /// The file is no configuration.
    #[error("{path} is not a Solana configuration: {error}")]
    Invalid {
        /// Which file.
        path: PathBuf,
        /// What went wrong.
        error: serde_yaml::Error,
    },
}

fn home() -> PathBuf {
    std::env::home_dir().unwrap_or_default()
}

impl Default for Config {
    fn default() -> Self {
        Self {
            json_rpc_url: "https://api.mainnet-beta.solana.com".into(),
            keypair_path: home().join(".config/solana/id.json"),
            commitment: "confirmed".into(),
        }
    }
}

impl Config {
    /// Where the Solana command line keeps its configuration.
    pub fn default_path() -> PathBuf {
        home().join(".config/solana/cli/config.yml")
    }

    /// Reads `path`; without one the default path, where a missing file means the defaults.
    ///
    /// # Errors
    /// When the file is unreadable or invalid.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let default = Self::default_path();
        let file = path.unwrap_or(&default);
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && path.is_none() => {
                return Ok(Self::default());
            }
            Err(error) => return Err(ConfigError::Unreadable { path: file.into(), error }),
        };
        serde_yaml::from_str(&text)
            .map_err(|error| ConfigError::Invalid { path: file.into(), error })
    }
}

/// The endpoint of a cluster's name or initial (`mainnet-beta`, `devnet`, `testnet`,
/// `localhost`), or the text itself when it is none.
pub fn endpoint(url_or_moniker: &str) -> String {
    match url_or_moniker {
        "m" | "mainnet-beta" => "https://api.mainnet-beta.solana.com".into(),
        "d" | "devnet" => "https://api.devnet.solana.com".into(),
        "t" | "testnet" => "https://api.testnet.solana.com".into(),
        "l" | "localhost" | "localnet" => "http://127.0.0.1:8899".into(),
        url => url.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_overrides_the_defaults_field_by_field() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "---\njson_rpc_url: http://127.0.0.1:1\nwebsocket_url: ''\n")
            .unwrap();
        let config = Config::load(Some(file.path())).unwrap();
        assert_eq!(config.json_rpc_url, "http://127.0.0.1:1");
        assert_eq!(config.commitment, "confirmed");
    }

    #[test]
    fn a_named_file_must_exist_and_be_valid() {
        assert!(matches!(
            Config::load(Some(Path::new("/nonexistent/config.yml"))),
            Err(ConfigError::Unreadable { .. })
        ));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "json_rpc_url: [").unwrap();
        assert!(matches!(Config::load(Some(file.path())), Err(ConfigError::Invalid { .. })));
    }

    #[test]
    fn monikers_are_those_of_the_solana_command_line() {
        assert_eq!(endpoint("l"), endpoint("localhost"));
        assert_eq!(endpoint("http://example.org"), "http://example.org");
    }
}
