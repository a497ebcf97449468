//! What browsers are told about the chain and the other oracles.

use reqwest::Url;

/// Addresses as browsers reach them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Public {
    /// An RPC endpoint; without one a page asks its user.
    pub rpc_url: Option<String>,
    /// Its WebSocket endpoint.
    pub ws_url: Option<String>,
    /// The pool's other oracles.
    pub peers: Vec<String>,
}

impl Public {
    /// What is configured, else what follows from the oracle's own `rpc_url` and `peers`. Its own RPC
    /// endpoint is told only when it is this very machine's: the URL of another may hold a secret key.
    pub fn new(
        stated_rpc_url: Option<String>,
        stated_ws_url: Option<String>,
        peers: Vec<String>,
        rpc_url: &str,
    ) -> Self {
        let own = || loopback(rpc_url).map(|_| rpc_url.to_owned());
        let rpc_url = stated_rpc_url.or_else(own);
        let ws_url = stated_ws_url
            .or_else(|| rpc_url.as_deref().and_then(loopback).as_ref().and_then(subscriptions));
        let peers = peers.into_iter().map(|url| url.trim_end_matches('/').to_owned()).collect();
        Self { rpc_url, ws_url, peers }
    }
}

/// A URL of this machine without anything in it that could be a secret.
fn loopback(url: &str) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    let here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    (here && plain).then_some(url)
}

/// Solana's convention: subscriptions are at the port after that of the requests.
fn subscriptions(rpc_url: &Url) -> Option<String> {
    let scheme = match rpc_url.scheme() {
        "http" => "ws",
        "https" => "wss",
        _ => return None,
    };
    let port = rpc_url.port_or_known_default()?.checked_add(1)?;
    Some(format!("{scheme}://{}:{port}{}", rpc_url.host_str()?, rpc_url.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machines_rpc_is_told_unasked() {
        let of = |rpc_url: &str| {
            let Public { rpc_url, ws_url, .. } = Public::new(None, None, Vec::new(), rpc_url);
            (rpc_url, ws_url)
        };
        let told = |rpc: &str, ws: &str| (Some(rpc.to_owned()), Some(ws.to_owned()));
        assert_eq!(
            of("http://127.0.0.1:8899"),
            told("http://127.0.0.1:8899", "ws://127.0.0.1:8900/")
        );
        assert_eq!(of("http://localhost:1/"), told("http://localhost:1/", "ws://localhost:2/"));
        assert_eq!(of("https://[::1]:8899"), told("https://[::1]:8899", "wss://[::1]:8900/"));
        for secret in [
            "https://rpc.example.org/?api-key=secret",
            "https://rpc.example.org/secret",
            "http://user:secret@127.0.0.1:8899",
            "http://127.0.0.1:8899/?api-key=secret",
            "http://localhost.example.org",
            "no url",
        ] {
            assert_eq!(of(secret), (None, None), "{secret}");
        }
    }

    #[test]
    fn what_is_stated_wins() {
        let secret = "https://rpc.example.org/secret";
        let stated = Public::new(
            Some("https://public.example.org".to_owned()),
            None,
            vec!["https://b.example.org/".to_owned()],
            secret,
        );
        assert_eq!(stated.rpc_url.as_deref(), Some("https://public.example.org"));
        assert_eq!(stated.ws_url, None);
        assert_eq!(stated.peers, ["https://b.example.org"]);
        let both =
            Public::new(None, Some("ws://x".to_owned()), Vec::new(), "http://127.0.0.1:8899");
        assert_eq!(both.ws_url.as_deref(), Some("ws://x"));
    }
}
