//! Accounts that had another layout once.
//!
//! An account's layout changes by a new version of its type: [`Versioned::VERSION`] is raised, and
//! [`crate::migration`] brings accounts of the version before to it, one at a time and sent by
//! anyone. Until then every instruction refuses them: what reads an account as [`Current`] reads it
//! in the program's own layout or not at all.

use crate::error::RewardsError;
use anchor_lang::{
    AccountClose, AccountInitialize, AnchorAccount, CpiHandle, CpiHandleMut, IdlAccountType, Space,
    prelude::*,
};
use bytemuck::{Pod, Zeroable};
use core::ops::{Deref, DerefMut};

/// An account type with a version in every account.
pub trait Versioned: Owner + Discriminator + Pod + Zeroable {
    /// The version that the program reads and writes.
    const VERSION: u8;
    /// Where the account's data has its version, discriminator included. In every version the same.
    const VERSION_AT: usize;

    /// This account's version.
    fn version(&self) -> u8;
}

/// An account of the current version; one of another is [`RewardsError::UnsupportedVersion`].
pub struct Current<T: Versioned>(Account<T>);

impl<T: Versioned> Current<T> {
    /// The account's address.
    #[inline(always)]
    pub fn address(&self) -> &Address {
        self.0.address()
    }

    #[inline(always)]
    fn checked(
        loaded: core::result::Result<Account<T>, ProgramError>,
        view: &AccountView,
    ) -> core::result::Result<Self, ProgramError> {
        match loaded {
            Ok(account) if account.version() == T::VERSION => Ok(Self(account)),
            Ok(_) => Err(RewardsError::UnsupportedVersion.into()),
            Err(error) => Err(Self::explain(view, error)),
        }
    }

    /// An account of another version may be too short to load, which is not what is wrong with it.
    #[cold]
    fn explain(view: &AccountView, error: ProgramError) -> ProgramError {
        // SAFETY: nothing else has borrowed the account's data where loading it just failed, or
        // only to read.
        let data = unsafe { view.borrow_unchecked() };
        let version = data.get(T::VERSION_AT);
        if view.owned_by(&T::OWNER)
            && data.starts_with(T::DISCRIMINATOR)
            && version.is_some_and(|version| *version != T::VERSION)
        {
            return RewardsError::UnsupportedVersion.into();
        }
        error
    }
}

impl<T: Versioned> AnchorAccount for Current<T> {
    type Data = T;
    const MIN_DATA_LEN: usize = <Account<T> as AnchorAccount>::MIN_DATA_LEN;
    const RELAX_READONLY_CPI_BORROW_FROM_MUT: bool =
        <Account<T> as AnchorAccount>::RELAX_READONLY_CPI_BORROW_FROM_MUT;

    #[inline(always)]
    fn load(view: AccountView) -> core::result::Result<Self, ProgramError> {
        Self::checked(Account::load(view), &view)
    }

    #[inline(always)]
    unsafe fn load_mut(view: AccountView) -> core::result::Result<Self, ProgramError> {
        // SAFETY: the caller's promise is the same.
        Self::checked(unsafe { Account::load_mut(view) }, &view)
    }

    // The version is written after this.
    #[inline(always)]
    unsafe fn load_mut_after_init(view: AccountView) -> core::result::Result<Self, ProgramError> {
        // SAFETY: the caller's promise is the same.
        unsafe { Account::load_mut_after_init(view) }.map(Self)
    }

    #[inline(always)]
    fn account(&self) -> &AccountView {
        self.0.account()
    }

    #[inline(always)]
    fn exit(&mut self) -> core::result::Result<(), ProgramError> {
        self.0.exit()
    }

    #[inline(always)]
    fn cpi_handle(&self) -> CpiHandle<'_> {
        self.0.cpi_handle()
    }

    #[inline(always)]
    fn try_cpi_handle_mut(&mut self) -> core::result::Result<CpiHandleMut<'_>, ProgramError> {
        self.0.try_cpi_handle_mut()
    }
}

impl<T: Versioned> AccountInitialize for Current<T> {
    type Params<'a> = <Account<T> as AccountInitialize>::Params<'a>;

    #[inline(always)]
    fn create_and_initialize<'a>(
        payer: &AccountView,
        account: &AccountView,
        space: usize,
        owner: &Address,
        params: &Self::Params<'a>,
        signer_seeds: Option<&[&[u8]]>,
        payer_signer_seeds: Option<&[&[u8]]>,
    ) -> core::result::Result<Self, ProgramError> {
        Account::create_and_initialize(
            payer,
            account,
            space,
            owner,
            params,
            signer_seeds,
            payer_signer_seeds,
        )
        .map(Self)
    }
}

impl<T: Versioned> AccountClose for Current<T> {
    #[inline(always)]
    fn close(&mut self, destination: AccountView) -> core::result::Result<(), ProgramError> {
        self.0.close(destination)
    }
}

impl<T: Versioned> Space for Current<T> {
    const INIT_SPACE: usize = <Account<T> as Space>::INIT_SPACE;
}

impl<T: Versioned> Discriminator for Current<T> {
    const DISCRIMINATOR: &'static [u8] = T::DISCRIMINATOR;
}

impl<T: Versioned> Deref for Current<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Versioned> DerefMut for Current<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Versioned + IdlAccountType> IdlAccountType for Current<T> {
    const __IDL_ACCOUNT_ENTRY: Option<&'static str> = T::__IDL_ACCOUNT_ENTRY;
    const __IDL_TYPE_DEF: Option<&'static str> = T::__IDL_TYPE_DEF;
    const __IDL_IS_SIGNER: bool = T::__IDL_IS_SIGNER;
    const __IDL_ADDRESS: Option<&'static str> = T::__IDL_ADDRESS;

    fn __idl_account_entry() -> Option<&'static str> {
        T::__idl_account_entry()
    }

    fn __idl_type_def() -> Option<&'static str> {
        T::__idl_type_def()
    }

    fn __register_idl_deps(
        accounts: &mut alloc::vec::Vec<&'static str>,
        types: &mut alloc::vec::Vec<&'static str>,
    ) {
        T::__register_idl_deps(accounts, types);
    }
}
