//! The `cairn` command as its users run it: the binary, with keypair files in a folder.

use serde_json::Value;
use solana_address::Address;
use solana_keypair::{Keypair, write_keypair_file};
use solana_signer::Signer;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The binary, built beside the tests.
///
/// # Panics
/// When it is not built.
pub fn binary() -> PathBuf {
    let this = std::env::current_exe().unwrap_or_default();
    let mut found = this.ancestors().skip(1).take(2).map(|folder| folder.join("cairn"));
    #[expect(clippy::expect_used, reason = "nothing to test without it")]
    found.find(|file| file.is_file()).expect("run `cargo build --workspace`")
}

/// Runs `cairn` against a chain.
#[derive(Debug)]
pub struct Cli {
    rpc_url: String,
    folder: tempfile::TempDir,
}

#[expect(clippy::expect_used, clippy::panic, reason = "for tests")]
impl Cli {
    /// With `wallet` as the wallet called `wallet`.
    ///
    /// # Panics
    /// When the folder cannot be written.
    pub fn new(rpc_url: &str, wallet: &Keypair) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let cli = Self { rpc_url: rpc_url.to_owned(), folder };
        cli.write("wallet", wallet);
        cli
    }

    /// The folder with the keypairs, which is the command's home.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The file of a keypair.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder().join(format!("{name}.json"))
    }

    /// Writes a keypair to NAME.json.
    ///
    /// # Panics
    /// When the folder cannot be written.
    pub fn write(&self, name: &str, keypair: &Keypair) {
        write_keypair_file(keypair, self.file(name)).expect("a writable folder");
    }

    /// Makes a keypair, writes it to NAME.json and returns its address.
    pub fn keypair(&self, name: &str) -> Address {
        let keypair = Keypair::new();
        self.write(name, &keypair);
        keypair.pubkey()
    }

    /// Runs `cairn` with the keypair called `wallet`; the JSON that it prints, or its error's.
    ///
    /// # Errors
    /// The command's own.
    ///
    /// # Panics
    /// When it fails in another way than it documents.
    pub fn run_as(&self, wallet: &str, args: &[&str]) -> Result<Value, Value> {
        let output = Command::new(binary())
            .args(["--output", "json", "--url", &self.rpc_url, "--keypair"])
            .arg(self.file(wallet))
            .args(args)
            .env("HOME", self.folder())
            .output()
            .expect("the command runs");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let json = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| panic!("{text}"));
        match output.status.code() {
            Some(0) => Ok(json(&String::from_utf8_lossy(&output.stdout))),
            Some(1) => Err(json(stderr.lines().last().unwrap_or_default())),
            code => panic!("exit code {code:?} of {args:?}: {stderr}"),
        }
    }

    /// Runs `cairn` as the wallet called `wallet`; it must succeed.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn ok_as(&self, wallet: &str, args: &[&str]) -> Value {
        self.run_as(wallet, args).unwrap_or_else(|error| panic!("{args:?}: {error:#}"))
    }

    /// Runs `cairn` with the wallet; it must succeed.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> Value {
        self.ok_as("wallet", args)
    }

    /// Runs `cairn`, which must refuse; the code of its error.
    ///
    /// # Panics
    /// When it succeeds.
    #[track_caller]
    pub fn refusal_as(&self, wallet: &str, args: &[&str]) -> String {
        match self.run_as(wallet, args) {
            Ok(done) => panic!("{args:?} went through: {done:#}"),
            Err(error) => {
                let hint = error["error"]["hint"].as_str().unwrap_or_default();
                assert!(!hint.is_empty(), "no hint: {error:#}");
                error["error"]["code"].as_str().unwrap_or_default().to_owned()
            }
        }
    }

    /// Runs `cairn` with the wallet, which must refuse; the code of its error.
    ///
    /// # Panics
    /// When it succeeds.
    #[track_caller]
    pub fn refusal(&self, args: &[&str]) -> String {
        self.refusal_as("wallet", args)
    }

    /// What `cairn` prints for people.
    ///
    /// # Panics
    /// When it fails.
    #[track_caller]
    pub fn text(&self, args: &[&str]) -> String {
        let output = Command::new(binary())
            .args(["--url", &self.rpc_url, "--keypair"])
            .arg(self.file("wallet"))
            .args(args)
            .env("HOME", self.folder())
            .output()
            .expect("the command runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
