//! Compiler runtime for programs built with upstream rustc and LLVM (target `sbf-solana`).
//!
//! A program links it by name alone, `use cairn_builtins as _;`, and calls nothing in it: the
//! routines are what the code generator refers to by symbol. For every other target, platform-tools'
//! and the host's included, this crate is empty.
//!
//! Without it a program still links but runs wrong: see [`toolchain/README.md`], "128-bit".
//!
//! [`toolchain/README.md`]: ../../../toolchain/README.md
#![no_std]
#![cfg_attr(target_arch = "bpf", feature(asm_experimental_arch))]

#[cfg(target_arch = "bpf")]
mod int128;

#[cfg(target_arch = "bpf")]
use solana_compiler_builtins as _;
