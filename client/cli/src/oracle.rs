//! Reading from oracles over HTTP.

use crate::failure::Failure;
use anyhow::{Context, Result};
use cairn_sdk::api::{
    ClaimView, EpochList, EpochState, EpochView, ErrorBody, ReadyView, SeedList, UsageView,
    VerdictList,
};
use serde::de::DeserializeOwned;
use solana_address::Address;
use std::time::Duration;

/// Several oracles of one pool; each question goes to the first that answers.
#[derive(Debug, Clone)]
pub struct Oracles {
    urls: Vec<String>,
    http: reqwest::Client,
}

impl Oracles {
    /// Oracles at these addresses.
    ///
    /// # Errors
    /// When there is none, or the HTTP client does not start.
    pub fn new(urls: &[String]) -> Result<Self> {
        if urls.is_empty() {
            return Err(Failure::new(
                "no_oracle",
                "no oracle was named",
                "pass --oracle http://host:port (or set CAIRN_ORACLES)",
            )
            .into());
        }
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(15))
            .build()
            .context("starting the HTTP client")?;
        let urls = urls.iter().map(|url| url.trim_end_matches('/').to_owned()).collect();
        Ok(Self { urls, http })
    }

    /// Their addresses.
    pub fn urls(&self) -> &[String] {
        &self.urls
    }

    async fn get_from<T: DeserializeOwned>(&self, url: &str, path: &str) -> Result<T> {
        let response = self.http.get(format!("{url}{path}")).send().await?;
        let status = response.status();
        let body = response.bytes().await?;
        if status.is_success() {
            return serde_json::from_slice(&body)
                .with_context(|| format!("{url}{path} answered something else than expected"));
        }
        match serde_json::from_slice::<ErrorBody>(&body) {
            Ok(ErrorBody { error }) => {
                Err(Failure::new(error.code, error.message, error.hint).into())
            }
            Err(_) => Err(Failure::new(
                "oracle_error",
                format!("{url}{path} answered {status}"),
                "check that this is a Cairn oracle",
            )
            .into()),
        }
    }

    /// Asks one oracle after the other. An oracle that answers with an error has answered: only
    /// one that cannot be reached, or says that it is not ready, is passed over.
    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let mut last = None;
        for url in &self.urls {
            match self.get_from(url, path).await {
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    let is_answer = error
                        .downcast_ref::<Failure>()
                        .is_some_and(|failure| failure.code != "not_ready");
                    if is_answer {
                        return Err(error);
                    }
                    last = Some(error);
                }
            }
        }
        let reason = last.map_or_else(String::new, |error| format!(": {error:#}"));
        Err(Failure::new(
            "oracle_unreachable",
            format!("no oracle answered{reason}"),
            "check the addresses given with --oracle",
        )
        .into())
    }

    /// What it takes to claim for `operator`; `None` when it has earned nothing yet.
    ///
    /// # Errors
    /// When no oracle answers.
    pub async fn claim(&self, operator: &Address) -> Result<Option<ClaimView>> {
        match self.get(&format!("/v1/operators/{operator}/claim")).await {
            Ok(view) => Ok(Some(view)),
            Err(error) => match error.downcast_ref::<Failure>() {
                Some(failure) if failure.code == "operator_unknown" => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// What a customer's usage is settled with.
    ///
    /// # Errors
    /// When no oracle answers, or the customer used nothing yet.
    pub async fn usage(&self, customer: &Address) -> Result<UsageView> {
        self.get(&format!("/v1/customers/{customer}/usage")).await
    }

    /// Whether the oracle that answers serves claims against the root of `epoch`.
    ///
    /// # Errors
    /// When no oracle answers.
    pub async fn serves(&self, epoch: u64) -> Result<bool> {
        let state = self.epoch(epoch).await?.state;
        Ok(state == EpochState::Finalized)
    }

    /// All epochs, newest first.
    ///
    /// # Errors
    /// When no oracle answers.
    pub async fn epochs(&self) -> Result<Vec<EpochView>> {
        self.get::<EpochList>("/v1/epochs").await.map(|list| list.epochs)
    }

    /// One epoch.
    ///
    /// # Errors
    /// When no oracle answers, or the epoch is unknown.
    pub async fn epoch(&self, epoch: u64) -> Result<EpochView> {
        self.get(&format!("/v1/epochs/{epoch}")).await
    }

    /// What became of the proofs of an epoch.
    ///
    /// # Errors
    /// When no oracle answers, or the epoch was not computed.
    pub async fn verdicts(&self, epoch: u64) -> Result<VerdictList> {
        self.get(&format!("/v1/epochs/{epoch}/verdicts")).await
    }

    /// The seeds that proofs of the current epoch may answer, newest first.
    ///
    /// # Errors
    /// When no oracle answers.
    pub async fn seeds(&self) -> Result<SeedList> {
        self.get("/v1/seeds").await
    }

    /// Why a device got what it did in an epoch.
    ///
    /// # Errors
    /// When no oracle answers, or the epoch was not computed.
    pub async fn explain(&self, device: &Address, epoch: u64) -> Result<cairn_epoch::Explanation> {
        self.get(&format!("/v1/devices/{device}/epochs/{epoch}")).await
    }

    /// What one oracle says about its readiness, whatever the status.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn ready(&self, url: &str) -> Result<ReadyView> {
        let response = self.http.get(format!("{url}/readyz")).send().await?;
        Ok(response.json().await?)
    }
}
