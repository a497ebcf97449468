//! The operators' app: every path that is not the API's.

use super::error::ApiError;
use crate::state::State as Shared;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use cairn_app::Asset;
use std::sync::Arc;

/// Names of files below it have a hash of their content in them.
const HASHED: &str = "assets/";
/// What the page may do. RPC endpoints and oracles are the user's choice, so it may connect to any;
/// everything else is its own.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; \
                      style-src 'self' 'unsafe-inline'; script-src 'self'; worker-src 'self' blob:; \
                      connect-src * ws: wss:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; \
                      form-action 'self'";
/// The page of an oracle that was built without the app.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
                         <title>Cairn</title><h1>The app was not built</h1>\
                         <p>This oracle was built without the operators' app. Run <code>make app</code>, \
                         then build the oracle again. Its API is at <a href=\"/v1/status\">/v1/status</a>.";

/// The file at a path, or the page, whose own routes have no file extension.
pub(super) async fn serve(
    State(state): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let path = uri.path().trim_start_matches('/');
    let of_api = path == "livez" || path == "readyz" || path == "v1" || path.starts_with("v1/");
    if of_api || !matches!(method, Method::GET | Method::HEAD) {
        return Err(ApiError::not_found());
    }
    if let Some(asset) = state.app.get(path) {
        return Ok(answer(asset, &headers));
    }
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    if name.contains('.') {
        return Err(ApiError::not_found());
    }
    Ok(match state.app.index() {
        Some(page) => answer(page, &headers),
        None => {
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            secured((headers, NOT_BUILT).into_response())
        }
    })
}

fn answer(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let (bytes, encoding) = encoded(asset, headers);
    let etag = format!("\"{}{}\"", asset.tag, encoding.map_or("", |(_, suffix)| suffix));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let unchanged = known.is_some_and(|known| {
        known.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag)
    });
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(bytes));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
        if let Some((name, _)) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        response
    };
    let for_ever = asset.path.starts_with(HASHED);
    let cache = if for_ever { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    secured(response)
}

fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The smallest copy that the client takes, and the name of its encoding with what tells its tag
/// apart.
fn encoded(
    asset: &'static Asset,
    headers: &HeaderMap,
) -> (&'static [u8], Option<(&'static str, &'static str)>) {
    if let Some(bytes) = asset.brotli.filter(|_| accepts(headers, "br")) {
        return (bytes, Some(("br", "-br")));
    }
    if let Some(bytes) = asset.gzip.filter(|_| accepts(headers, "gzip")) {
        return (bytes, Some(("gzip", "-gz")));
    }
    (asset.plain, None)
}

/// Whether a client says that it takes an encoding, with another weight than 0.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut stated = values.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','));
    stated.any(|stated| {
        let mut parts = stated.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        named && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|q| q > 0.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_counts_when_it_is_named_with_a_weight() {
        let takes = |text: &'static str, encoding| {
            let value = HeaderValue::from_static(text);
            accepts(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, value)]), encoding)
        };
        assert!(takes("gzip, deflate, br, zstd", "br"));
        assert!(takes("gzip;q=0.5,BR;q=1.0", "br"));
        assert!(takes("gzip;q=0.5", "gzip"));
        assert!(!takes("gzip, br;q=0", "br"));
        assert!(!takes("gzip, br; q=0.000", "br"));
        assert!(!takes("identity", "gzip"));
        assert!(!takes("brr", "br"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }
}
