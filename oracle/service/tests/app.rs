//! What a browser gets: the configuration, leave to ask from anywhere, and the app's files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod support;

use cairn_app::{App, Asset};
use cairn_oracle::public::Public;
use reqwest::Method;
use serde_json::json;
use support::*;

const FILES: &[Asset] = &[
    Asset {
        path: "assets/app-1234.js",
        content_type: "text/javascript; charset=utf-8",
        tag: "aa",
        plain: b"plain",
        gzip: Some(b"gz"),
        brotli: Some(b"br"),
    },
    Asset {
        path: "icon.svg",
        content_type: "image/svg+xml",
        tag: "bb",
        plain: b"<svg/>",
        gzip: None,
        brotli: None,
    },
    Asset {
        path: "index.html",
        content_type: "text/html; charset=utf-8",
        tag: "cc",
        plain: b"<!doctype html>",
        gzip: None,
        brotli: None,
    },
];

async fn oracle(app: App) -> (tempfile::TempDir, Running) {
    let net = Net::new(1, 1);
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle_with(0, dir.path(), &[], |options| {
        options.app = app;
        options.public = Public {
            rpc_url: Some("http://127.0.0.1:8899".to_owned()),
            ws_url: None,
            peers: vec!["https://b.example.org".to_owned()],
        };
    });
    let oracle = oracle.await.ready().await;
    (dir, oracle)
}

async fn ask(
    oracle: &Running,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> reqwest::Response {
    // Else it decompresses by itself where another crate of the build asked for that.
    let client = reqwest::Client::builder().no_gzip().no_brotli().no_deflate().no_zstd();
    let client = client.build().unwrap();
    let mut request = client.request(method, format!("{}{path}", oracle.url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn header<'a>(response: &'a reqwest::Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_learns_where_everything_is() {
    let (_dir, oracle) = oracle(App::new(&[])).await;
    let (status, config) = oracle.get("/v1/config").await;
    assert_eq!(status, 200);
    assert_eq!(
        config,
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "network": bs58::encode(NETWORK).into_string(),
            "pool": bs58::encode(POOL).into_string(),
            "identity": bs58::encode(oracle_key(0)).into_string(),
            "rpc_url": "http://127.0.0.1:8899",
            "ws_url": null,
            "oracles": ["https://b.example.org"],
            "genesis_at_s": GENESIS_S,
            "epoch_seconds": EPOCH_S,
        })
    );
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_chain_was_read_there_is_no_configuration() {
    let net = Net::new(1, 1);
    net.world.lock().unwrap().offline = true;
    let dir = tempfile::tempdir().unwrap();
    let oracle = net.oracle(0, dir.path(), &[]).await;
    let (status, body) = oracle.get("/v1/config").await;
    assert_eq!((status, &body["error"]["code"]), (503, &json!("not_ready")));
}

#[tokio::test(flavor = "multi_thread")]
async fn any_page_may_read_and_none_may_send_proofs() {
    let (_dir, oracle) = oracle(App::new(&[])).await;
    let origin = ("origin", "https://somewhere.example.org");
    for path in ["/v1/config", "/v1/status", "/v1/epochs", "/readyz", "/v1/epochs/x", "/v1/nowhere"]
    {
        let answer = ask(&oracle, Method::GET, path, &[origin]).await;
        assert_eq!(header(&answer, "access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(header(&answer, "access-control-allow-credentials"), None, "{path}");
        let preflight = [
            origin,
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", "accept"),
        ];
        let answer = ask(&oracle, Method::OPTIONS, path, &preflight).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(header(&answer, "access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(header(&answer, "access-control-allow-methods"), Some("GET"), "{path}");
        assert_eq!(header(&answer, "access-control-allow-headers"), Some("*"), "{path}");
    }
    for method in [Method::POST, Method::OPTIONS, Method::GET] {
        let wanted = ("access-control-request-method", "POST");
        let answer = ask(&oracle, method.clone(), "/v1/proofs", &[origin, wanted]).await;
        assert!(answer.status().is_client_error(), "{method}");
        assert_eq!(header(&answer, "access-control-allow-origin"), None, "{method}");
    }
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_served_compressed_and_kept_as_long_as_they_may_be() {
    let (_dir, oracle) = oracle(App::new(FILES)).await;
    for (accepts, encoding, tag, body) in [
        ("gzip, br", Some("br"), "\"aa-br\"", "br"),
        ("gzip", Some("gzip"), "\"aa-gz\"", "gz"),
        ("gzip;q=0", None, "\"aa\"", "plain"),
    ] {
        let path = "/assets/app-1234.js";
        let accept = ("accept-encoding", accepts);
        let answer = ask(&oracle, Method::GET, path, &[accept]).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "content-encoding"), encoding);
        assert_eq!(header(&answer, "etag"), Some(tag));
        assert_eq!(header(&answer, "vary"), Some("accept-encoding"));
        assert_eq!(header(&answer, "content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(header(&answer, "cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(header(&answer, "x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.text().await.unwrap(), body);
        let known = ask(&oracle, Method::GET, path, &[accept, ("if-none-match", tag)]).await;
        assert_eq!(known.status(), 304);
        assert_eq!(header(&known, "etag"), Some(tag));
        assert_eq!(known.text().await.unwrap(), "");
    }
    let answer = ask(&oracle, Method::HEAD, "/icon.svg", &[]).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-length")), (200, Some("6")));
    assert_eq!(header(&answer, "cache-control"), Some("no-cache"));
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_app_is_its_page_and_no_route_of_the_api_is() {
    let (_dir, oracle) = oracle(App::new(FILES)).await;
    for path in ["/", "/devices", "/devices/11111111111111111111111111111111?epochs=3", "/v1x"] {
        let answer = ask(&oracle, Method::GET, path, &[]).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(header(&answer, "cache-control"), Some("no-cache"), "{path}");
        let policy = header(&answer, "content-security-policy").unwrap();
        for rule in ["default-src 'self'", "script-src 'self';", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("unsafe-eval"), "{policy}");
        assert_eq!(header(&answer, "referrer-policy"), Some("no-referrer"), "{path}");
        assert_eq!(answer.text().await.unwrap(), "<!doctype html>", "{path}");
    }
    for (method, path, status) in [
        (Method::GET, "/v1", 404),
        (Method::GET, "/v1/nowhere", 404),
        (Method::GET, "/livez/x.js", 404),
        (Method::GET, "/assets/gone.js", 404),
        (Method::GET, "/assets/../Cargo.toml", 404),
        (Method::POST, "/devices", 404),
        (Method::POST, "/v1/status", 405),
    ] {
        let answer = ask(&oracle, method.clone(), path, &[]).await;
        assert_eq!(answer.status(), status, "{method} {path}");
        let body: serde_json::Value = answer.json().await.unwrap();
        let code = if status == 404 { "route_unknown" } else { "method_not_allowed" };
        assert_eq!(body["error"]["code"], code, "{method} {path}");
    }
    oracle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_app_its_page_says_how_to_build_it() {
    let (_dir, oracle) = oracle(App::new(&[])).await;
    for path in ["/", "/devices"] {
        let answer = ask(&oracle, Method::GET, path, &[]).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "cache-control"), Some("no-store"));
        assert!(answer.text().await.unwrap().contains("make app"));
    }
    oracle.stop().await;
}
