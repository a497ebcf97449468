//! The numbered steps in `migrations/`, which bring a cluster from nothing, or from any older
//! release, to this one.
//!
//! A step says what must be so, and is pending while the chain says otherwise: nothing is recorded
//! anywhere, so that a run that was interrupted is simply run again, and a run with nothing left
//! changes nothing.
//!
//! # Files
//!
//! `NNNN-name.toml`, numbered from 1 without gaps. Each has `about`, a sentence, and one action:
//!
//! ```toml
//! about = "Deploys the programs that are missing."
//!
//! [deploy]                                        # or [upgrade], or [migrate_pools]
//! programs = ["registry", "rewards", "staking"]   # of [deploy] and [upgrade]
//! room_percent = 25                               # of [deploy]: how much the code may grow
//! ```

use crate::{
    deploy::{self, Build, Program},
    failure::Failure,
};
use anyhow::{Context, Result};
use cairn_sdk::{instruction, rpc::Client};
use serde::{Deserialize, Serialize};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::{fmt, path::Path};

/// A numbered step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The file's name without its ending, `0001-deploy-programs`.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// What must be so.
    pub action: Action,
}

/// What a step sees to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The programs are on the chain, whatever their code.
    Deploy {
        /// Which.
        programs: Vec<Program>,
        /// How much their code may grow without an extension, in percent.
        room_percent: u32,
    },
    /// The programs' code is that of the build.
    Upgrade {
        /// Which.
        programs: Vec<Program>,
    },
    /// Every pool has the layout of the rewards program on the chain.
    MigratePools,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    about: String,
    deploy: Option<DeployTable>,
    upgrade: Option<UpgradeTable>,
    migrate_pools: Option<Empty>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeployTable {
    programs: Vec<String>,
    room_percent: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UpgradeTable {
    programs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

fn invalid(what: impl fmt::Display) -> anyhow::Error {
    Failure::new(
        "invalid_migrations",
        what.to_string(),
        "see migrations/README.md; --migrations names another folder",
    )
    .into()
}

fn programs(names: &[String]) -> Result<Vec<Program>> {
    names.iter().map(|name| deploy::program(name)).collect()
}

impl Step {
    fn parse(name: &str, text: &str) -> Result<Self> {
        let file: StepFile =
            toml::from_str(text).map_err(|error| invalid(format!("{name}: {error}")))?;
        let action = match (file.deploy, file.upgrade, file.migrate_pools) {
            (Some(table), None, None) => Action::Deploy {
                programs: programs(&table.programs)?,
                room_percent: table.room_percent,
            },
            (None, Some(table), None) => Action::Upgrade { programs: programs(&table.programs)? },
            (None, None, Some(Empty {})) => Action::MigratePools,
            _ => return Err(invalid(format!("{name} must have exactly one action"))),
        };
        Ok(Self { name: name.into(), about: file.about, action })
    }
}

/// The steps of a folder in their order.
///
/// # Errors
/// `invalid_migrations`.
pub fn steps(folder: &Path) -> Result<Vec<Step>> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| invalid(format!("{}: {error}", folder.display())))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.context("reading the migrations")?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
    files.sort();
    let mut steps = Vec::new();
    for (at, path) in files.iter().enumerate() {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let number = at.saturating_add(1);
        if !name.starts_with(&format!("{number:04}-")) {
            return Err(invalid(format!("{} should have the number {number:04}", path.display())));
        }
        let text =
            std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        steps.push(Step::parse(name, &text)?);
    }
    if steps.is_empty() {
        return Err(invalid(format!("{} has no steps", folder.display())));
    }
    Ok(steps)
}

/// One thing that is not yet as a step wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// A program is missing.
    Deploy {
        /// Which.
        program: Program,
        /// Bytes of its code.
        bytes: usize,
        /// Bytes that it may grow to.
        max_bytes: usize,
    },
    /// A program runs other code.
    Upgrade {
        /// Which.
        program: Program,
        /// SHA-256 of its code, in hex.
        old: String,
        /// SHA-256 of the build's code, in hex.
        new: String,
    },
    /// A pool has an older layout.
    MigratePool {
        /// Which.
        pool: Address,
        /// Version of its layout.
        version: u8,
    },
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |hash: &str| hash.get(..12).unwrap_or(hash).to_owned();
        match self {
            Self::Deploy { program, bytes, max_bytes } => write!(
                f,
                "deploy {} at {}: {bytes} bytes, room for {max_bytes}",
                program.name, program.address
            ),
            Self::Upgrade { program, old, new } => {
                write!(f, "upgrade {} from {} to {}", program.name, short(old), short(new))
            }
            Self::MigratePool { pool, version } => {
                write!(f, "migrate pool {pool} of version {version}")
            }
        }
    }
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The step.
    pub step: String,
    /// What it is for.
    pub about: String,
    /// What was done, or, where steps are only listed, what is to do; empty when all was so already.
    pub work: Vec<String>,
}

/// Where steps are applied, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Migration<'a> {
    /// The cluster.
    pub client: &'a Client,
    /// Who pays, and is the programs' upgrade authority.
    pub payer: &'a Keypair,
    /// What is deployed.
    pub build: &'a Build,
}

impl Migration<'_> {
    /// What a step would do now. An upgrade that is pending may leave more for the steps after it.
    ///
    /// # Errors
    /// `program_missing` where a step is about one that an earlier step deploys; `pool_too_new`.
    pub async fn pending(&self, step: &Step) -> Result<Vec<Work>> {
        let mut work = Vec::new();
        match &step.action {
            Action::Deploy { programs, room_percent } => {
                for program in programs {
                    if deploy::deployed(self.client, *program).await?.is_none() {
                        let bytes = self.build.code(*program)?.len();
                        let room = bytes.saturating_mul(*room_percent as usize).div_ceil(100);
                        let max_bytes = bytes.saturating_add(room);
                        work.push(Work::Deploy { program: *program, bytes, max_bytes });
                    }
                }
            }
            Action::Upgrade { programs } => {
                for program in programs {
                    // One that is missing is the business of an earlier step.
                    let Some(deployed) = deploy::deployed(self.client, *program).await? else {
                        continue;
                    };
                    let new = deploy::code_hash(&self.build.code(*program)?);
                    if deployed.sha256 != new {
                        work.push(Work::Upgrade { program: *program, old: deployed.sha256, new });
                    }
                }
            }
            Action::MigratePools => {
                if self.client.account(&cairn_sdk::address::REWARDS).await?.is_none() {
                    return Ok(work);
                }
                for (pool, version) in self.client.pool_versions().await? {
                    if self.is_old(&pool).await? {
                        work.push(Work::MigratePool { pool, version });
                    }
                }
            }
        }
        Ok(work)
    }

    /// Whether the program on the chain would migrate this pool: it knows its own version best.
    async fn is_old(&self, pool: &Address) -> Result<bool> {
        let wallet = self.payer.pubkey();
        let migrate = instruction::migrate_pool(&wallet, pool);
        let Err(error) = self.client.simulate(&[migrate], &wallet).await else { return Ok(true) };
        match error.program_error_name() {
            Some("NothingToMigrate") => Ok(false),
            Some("UnsupportedVersion") => Err(Failure::new(
                "pool_too_new",
                format!("pool {pool} has the layout of a later release than the program"),
                "upgrade the programs to that release",
            )
            .into()),
            _ => Err(anyhow::Error::from(error).context(format!("trying to migrate pool {pool}"))),
        }
    }

    async fn apply(&self, work: &Work) -> Result<()> {
        let Self { client, payer, build } = *self;
        match work {
            Work::Deploy { program, max_bytes, .. } => {
                deploy::deploy(client, payer, build, *program, *max_bytes).await
            }
            Work::Upgrade { program, .. } => {
                deploy::upgrade(client, payer, *program, &build.code(*program)?).await
            }
            Work::MigratePool { pool, .. } => {
                let migrate = instruction::migrate_pool(&payer.pubkey(), pool);
                client.send(&[migrate], payer, &[]).await?;
                Ok(())
            }
        }
    }

    /// Says what every step would do now, and changes nothing.
    ///
    /// # Errors
    /// As [`Migration::pending`].
    pub async fn list(&self, steps: &[Step]) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::new();
        for step in steps {
            outcomes.push(outcome(step, &self.pending(step).await?));
        }
        Ok(outcomes)
    }

    /// Applies every step in its order, and checks that nothing is left of it before the next.
    ///
    /// # Errors
    /// What a program or the loader refuses; `migration_incomplete` when something is left, such as
    /// a pool that was created meanwhile: run it again.
    pub async fn run(&self, steps: &[Step]) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::new();
        for step in steps {
            let work = self.pending(step).await?;
            for one in &work {
                eprintln!("==> {}: {one}", step.name);
                self.apply(one).await.with_context(|| one.to_string())?;
            }
            if !work.is_empty()
                && let Some(left) = self.pending(step).await?.first()
            {
                return Err(Failure::new(
                    "migration_incomplete",
                    format!("{} left something: {left}", step.name),
                    "run the command again",
                )
                .into());
            }
            outcomes.push(outcome(step, &work));
        }
        Ok(outcomes)
    }
}

fn outcome(step: &Step, work: &[Work]) -> Outcome {
    Outcome {
        step: step.name.clone(),
        about: step.about.clone(),
        work: work.iter().map(ToString::to_string).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(result: Result<Vec<Step>>) -> String {
        crate::failure::describe(&result.unwrap_err()).code
    }

    #[test]
    fn the_committed_steps_are_in_order() {
        let steps = steps(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")).unwrap();
        let all = deploy::PROGRAMS.to_vec();
        let actions: Vec<_> = steps.into_iter().map(|step| step.action).collect();
        assert_eq!(
            actions,
            [
                Action::Deploy { programs: all.clone(), room_percent: 25 },
                Action::Upgrade { programs: all },
                Action::MigratePools,
            ]
        );
    }

    #[test]
    fn what_is_no_step_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(code_of(steps(folder.path())), "invalid_migrations");
        assert_eq!(code_of(steps(&folder.path().join("absent"))), "invalid_migrations");
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("0001-a.toml", "about = \"x\"\n[migrate_pools]\n");
        write("README.md", "not a step");
        assert_eq!(steps(folder.path()).unwrap().len(), 1);
        write("0003-b.toml", "about = \"x\"\n[migrate_pools]\n");
        assert_eq!(code_of(steps(folder.path())), "invalid_migrations");
        std::fs::remove_file(folder.path().join("0003-b.toml")).unwrap();
        for text in [
            "about = \"nothing\"",
            "about = \"two\"\n[migrate_pools]\n[upgrade]\nprograms = []",
            "about = \"unknown\"\n[destroy]",
            "[migrate_pools]",
        ] {
            write("0002-b.toml", text);
            assert_eq!(code_of(steps(folder.path())), "invalid_migrations", "{text}");
        }
        write("0002-b.toml", "about = \"x\"\n[upgrade]\nprograms = [\"other\"]");
        assert_eq!(code_of(steps(folder.path())), "no_such_program");
    }
}
