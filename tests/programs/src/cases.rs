//! For every instruction a transaction in which it succeeds: the base of the account matrix and of
//! the table of compute units, and a start for tests.

use crate::{Chain, Refused, Sent};
use solana_instruction::Instruction;
use solana_keypair::Keypair;

pub mod registry;
pub mod rewards;
mod seeds;
pub mod staking;

pub use seeds::seeds_of;

/// A chain in a state where an instruction succeeds, and the transaction that carries it. No two
/// accounts are the same where the instruction does not ask for it, and optional accounts are
/// given.
pub struct Case {
    /// `registry`, `rewards` or `staking`.
    pub program: &'static str,
    /// Name in the program's IDL.
    pub instruction: &'static str,
    /// The chain, right before the transaction.
    pub chain: Chain,
    /// The transaction's instructions.
    pub instructions: Vec<Instruction>,
    /// Which of them the case is about.
    pub at: usize,
    /// Who signs, besides the fee payer.
    pub signers: Vec<Keypair>,
}

impl Case {
    /// The instruction that the case is about.
    pub fn tested(&self) -> &Instruction {
        &self.instructions[self.at]
    }

    /// Sends the transaction with `tested` in the place of the tested instruction.
    ///
    /// # Errors
    /// Why it was refused.
    pub fn try_send(&mut self, tested: Instruction) -> Result<Sent, Refused> {
        let mut instructions = self.instructions.clone();
        instructions[self.at] = tested;
        let signers: Vec<&Keypair> = self.signers.iter().collect();
        self.chain.try_send(&instructions, &signers)
    }

    /// Sends the transaction as it is, which must succeed.
    #[track_caller]
    pub fn send(&mut self) -> Sent {
        let signers: Vec<&Keypair> = self.signers.iter().collect();
        self.chain.send(&self.instructions, &signers)
    }
}

/// A case by name.
pub type Builder = (&'static str, fn() -> Case);

/// Every case of every program, as `program::instruction`, with a suffix where an instruction has
/// more than one.
pub fn all() -> Vec<Builder> {
    [registry::ALL, rewards::ALL, staking::ALL].concat()
}
