use num_traits::FromPrimitive;
use solana_address::Address;
use solana_transaction_error::TransactionError;

use crate::address::{REGISTRY, REWARDS, STAKING};
use cairn_generated::{
    registry::errors::CairnRegistryError, rewards::errors::CairnRewardsError,
    staking::errors::CairnStakingError,
};

/// Why a text does not fit an account's fixed field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but an empty string.
    #[error("the name is empty")]
    Empty,
    /// Control characters.
    #[error("the name has control characters")]
    Control,
    /// Too many bytes.
    #[error("the name has {bytes} bytes of UTF-8, at most {max} fit")]
    TooLong {
        /// Bytes given.
        bytes: usize,
        /// Bytes that fit.
        max: usize,
    },
}

/// What one of Cairn's programs refused, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{program} error {code}: {text}")]
pub struct ProgramErrorText {
    /// `registry`, `rewards` or `staking`.
    pub program: &'static str,
    /// The number that the program returned.
    pub code: u32,
    /// The variant's name, such as `NotOracle`.
    pub name: String,
    /// The message in the IDL.
    pub text: String,
}

impl ProgramErrorText {
    /// The text of `code` from `program`, when that is one of Cairn's and knows the code.
    pub fn lookup(program: &Address, code: u32) -> Option<Self> {
        fn of<E: FromPrimitive + std::fmt::Debug + std::fmt::Display>(
            program: &'static str,
            code: u32,
        ) -> Option<ProgramErrorText> {
            let error = E::from_u32(code)?;
            let (name, text) = (format!("{error:?}"), error.to_string());
            Some(ProgramErrorText { program, code, name, text })
        }
        match *program {
            REGISTRY => of::<CairnRegistryError>("registry", code),
            REWARDS => of::<CairnRewardsError>("rewards", code),
            STAKING => of::<CairnStakingError>("staking", code),
            _ => None,
        }
    }
}

/// What can go wrong between a client and the chain.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A Cairn program refused an instruction.
    #[error(transparent)]
    Program(ProgramErrorText),
    /// The transaction failed in another way.
    #[error("transaction failed: {error}{}", logs_suffix(.logs))]
    Transaction {
        /// What the runtime said.
        error: TransactionError,
        /// Its log lines, if any came back.
        logs: Vec<String>,
    },
    /// The RPC node has dropped the blocks of a time, or has one without a readable hash.
    #[error(
        "the RPC node no longer has the blocks of {time_s} (unix seconds); use one with more history"
    )]
    BlockGone {
        /// The time, unix seconds.
        time_s: u64,
    },
    /// The RPC node could not be reached or answered nonsense.
    #[error("RPC: {0}")]
    Rpc(Box<solana_rpc_client_api::client_error::Error>),
    /// A transaction was sent but did not confirm before its blockhash expired.
    #[error("transaction {0} expired before it was confirmed; send it again")]
    Expired(solana_signature::Signature),
    /// An account that should exist does not.
    #[error("there is no {what} at {address}")]
    Missing {
        /// What was expected there.
        what: &'static str,
        /// Where.
        address: Address,
    },
    /// An account is not what it should be.
    #[error("{address} is not a {what}: {reason}")]
    WrongAccount {
        /// What was expected there.
        what: &'static str,
        /// Where.
        address: Address,
        /// What is wrong with it.
        reason: String,
    },
    /// A transaction is longer than the network carries.
    #[error("the transaction has {bytes} bytes, at most {max} fit")]
    TooLarge {
        /// Bytes that it has.
        bytes: usize,
        /// Bytes that fit.
        max: usize,
    },
    /// A name does not fit.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A transaction could not be signed.
    #[error("signing: {0}")]
    Signing(#[from] solana_signer::SignerError),
    /// A message could not be compiled.
    #[error("message: {0}")]
    Message(#[from] solana_message::CompileError),
}

fn logs_suffix(logs: &[String]) -> String {
    if logs.is_empty() { String::new() } else { format!("\n  {}", logs.join("\n  ")) }
}

impl From<solana_rpc_client_api::client_error::Error> for Error {
    fn from(error: solana_rpc_client_api::client_error::Error) -> Self {
        Self::Rpc(Box::new(error))
    }
}

impl Error {
    /// The name of the program error, if that is what this is: `NotOracle`.
    pub fn program_error_name(&self) -> Option<&str> {
        match self {
            Self::Program(error) => Some(&error.name),
            _ => None,
        }
    }

    /// Whether the same call may succeed later without a change.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Expired(_) => true,
            Self::Rpc(error) => error.get_transaction_error().is_none(),
            Self::Transaction { error, .. } => {
                matches!(error, TransactionError::BlockhashNotFound)
            }
            _ => false,
        }
    }
}
