//! Errors as answers.

use crate::error::OracleError;
use crate::ingest::IngestError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cairn_sdk::api::{ErrorBody, ErrorDetail};
use cairn_verify::wire::BatchError;

/// An answer that is not the one asked for. Codes are part of the API: they never change.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    hint: String,
    retry_after_s: Option<u32>,
}

impl ApiError {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { status, code, message: message.into(), hint: hint.into(), retry_after_s: None }
    }

    fn retry(
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
        after_s: u32,
    ) -> Self {
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, message, hint);
        Self { retry_after_s: Some(after_s), ..error }
    }

    pub(super) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "route_unknown",
            "there is nothing at this path",
            "see the API's documentation for its paths",
        )
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "this path does not take that method",
            "proofs are posted, everything else is got",
        )
    }

    pub(super) fn not_ready(missing: &[&'static str]) -> Self {
        Self::retry(
            "not_ready",
            format!("the oracle has not read its {} yet", missing.join(", ")),
            "ask /readyz until it answers 200, then send again",
            2,
        )
    }

    pub(super) fn behind(epoch: u64) -> Self {
        Self::retry(
            "behind",
            format!("the oracle does not have the leaves of epoch {epoch}, the active root, yet"),
            "ask another oracle of the pool, or this one again later",
            5,
        )
    }

    pub(super) fn overloaded() -> Self {
        Self::retry(
            "overloaded",
            "too many proofs are being worked on",
            "send the same batch again after the time in Retry-After",
            1,
        )
    }

    pub(super) fn too_many_connections() -> Self {
        Self::retry(
            "too_many_connections",
            "as many listeners are connected as the oracle serves",
            "connect to another oracle of the pool, or ask now and then",
            30,
        )
    }

    pub(super) fn too_large(most: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            format!("the body has more than {most} bytes"),
            "send the proofs in smaller batches",
        )
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let detail =
            ErrorDetail { code: self.code.to_owned(), message: self.message, hint: self.hint };
        let mut response = (self.status, Json(ErrorBody { error: detail })).into_response();
        if let Some(after_s) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after_s));
        }
        response
    }
}

impl From<BatchError> for ApiError {
    fn from(error: BatchError) -> Self {
        let (code, hint) = match &error {
            BatchError::Malformed(_) => {
                ("batch_malformed", "encode the batch as the protocol crate does, or as JSON")
            }
            BatchError::TooMany(_) => ("batch_too_long", "send the proofs in smaller batches"),
        };
        Self::new(StatusCode::BAD_REQUEST, code, error.to_string(), hint)
    }
}

impl From<IngestError> for ApiError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Overloaded => Self::overloaded(),
            IngestError::Stopping => Self::retry(
                "stopping",
                "the oracle is stopping; nothing is acknowledged",
                "send the same batch again when it is back",
                5,
            ),
            IngestError::LogFailed => Self::retry(
                "log_failed",
                "the proofs could not be stored; nothing is acknowledged",
                "send the same batch again when the oracle is back",
                30,
            ),
            IngestError::Oracle(error) => error.into(),
        }
    }
}

impl From<OracleError> for ApiError {
    fn from(error: OracleError) -> Self {
        tracing::error!(code = error.code(), %error, "a request failed");
        if let OracleError::Index { .. } = &error {
            return Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                error.code(),
                error.to_string(),
                "ask another oracle of the pool, until this one's operator did that",
            );
        }
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            format!("the oracle failed: {}", error.code()),
            "ask another oracle of the pool; the cause is in this one's log",
        )
    }
}
