//! The `cairn` command. Everything it does is in the library of this crate.

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let args = cairn_cli::args::Args::parse();
    match cairn_cli::run::run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", cairn_cli::failure::render(&error, args.global.output));
            ExitCode::FAILURE
        }
    }
}
