//! Asking other oracles for the leaves and the state of a finalized epoch. Nothing that a peer says is
//! trusted: leaves count only if they give the root that is on chain, a state only if the manifest
//! that oracles attested commits to it.

use cairn_epoch::{LeavesDocument, Manifest};
use cairn_protocol::hash::Hash;
use cairn_verify::State;
use std::time::Duration;

/// Other oracles of the pool.
#[derive(Debug, Clone)]
pub struct Peers {
    client: reqwest::Client,
    urls: Vec<String>,
    most_bytes: usize,
}

impl Peers {
    /// Peers at `urls`, with limits on time and size of an answer.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(
        urls: Vec<String>,
        timeout: Duration,
        most_bytes: usize,
    ) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(timeout).build()?;
        let urls = urls.into_iter().map(|url| url.trim_end_matches('/').to_owned()).collect();
        Ok(Self { client, urls, most_bytes })
    }

    /// Their addresses.
    pub fn urls(&self) -> &[String] {
        &self.urls
    }

    /// Fetches the leaves of an epoch from one peer; the error is a sentence for the log.
    ///
    /// # Errors
    /// When the peer does not answer with leaves.
    pub async fn leaves(&self, peer: &str, epoch: u64) -> Result<LeavesDocument, String> {
        let body = self.get(&format!("{peer}/v1/epochs/{epoch}/leaves")).await?;
        serde_json::from_slice(&body).map_err(|error| format!("its leaves do not read: {error}"))
    }

    /// Fetches the state that an epoch left from one peer, with the manifest that commits to it; the
    /// error is a sentence for the log.
    ///
    /// # Errors
    /// When the peer does not answer with both, or they do not belong to `manifest_hash`, which the
    /// caller has from the chain.
    pub async fn state(
        &self,
        peer: &str,
        epoch: u64,
        manifest_hash: &Hash,
    ) -> Result<State, String> {
        let body = self.get(&format!("{peer}/v1/epochs/{epoch}/manifest")).await?;
        let manifest: Manifest = serde_json::from_slice(&body)
            .map_err(|error| format!("its manifest does not read: {error}"))?;
        if manifest.hash() != *manifest_hash {
            return Err("its manifest is not the one that the oracles attested".to_owned());
        }
        let body = self.get(&format!("{peer}/v1/epochs/{epoch}/state")).await?;
        let state: State = borsh::from_slice(&body)
            .map_err(|error| format!("its state does not read: {error}"))?;
        if state.hash() != manifest.inputs.state_after {
            return Err("its state is not the one that the manifest commits to".to_owned());
        }
        Ok(state)
    }

    async fn get(&self, url: &str) -> Result<Vec<u8>, String> {
        let mut response = self.client.get(url).send().await.map_err(|error| error.to_string())?;
        if !response.status().is_success() {
            return Err(format!("answered {}", response.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| error.to_string())? {
            if body.len().saturating_add(chunk.len()) > self.most_bytes {
                return Err(format!("its answer exceeds {} bytes", self.most_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}
