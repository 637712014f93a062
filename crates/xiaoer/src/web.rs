//! The console, the widget and the demo's page: built by Vite, carried in the binary.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

/// What Vite built. Debug builds read it from the folder, so that tests need no rebuild.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Built;

/// Whether the console was built.
pub(crate) fn is_built() -> bool {
    Built::get("console/index.html").is_some() && Built::get("widget/widget.js").is_some()
}

const POLICY: &str = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; \
     connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

/// A page or file of the console; every other path is a page of it.
pub(crate) async fn console(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    match Built::get(&format!("console/{path}")).filter(|_| !path.is_empty()) {
        Some(file) => serve(path, file.data.into_owned(), path.starts_with("assets/")),
        None if path.starts_with("assets/") || path.starts_with("api/") => {
            StatusCode::NOT_FOUND.into_response()
        }
        None => match Built::get("console/index.html") {
            Some(file) => serve("index.html", file.data.into_owned(), false),
            None => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The console is not built: run `make web`.",
            )
                .into_response(),
        },
    }
}

/// The widget's script, for any page.
pub(crate) async fn widget() -> Response {
    match Built::get("widget/widget.js") {
        Some(file) => {
            let mut response = serve("widget.js", file.data.into_owned(), false);
            let any = HeaderValue::from_static("*");
            response
                .headers_mut()
                .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
            let cross = HeaderValue::from_static("cross-origin");
            response
                .headers_mut()
                .insert("cross-origin-resource-policy", cross);
            response
        }
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            "// The widget is not built: run `make web`.",
        )
            .into_response(),
    }
}

fn serve(path: &str, bytes: Vec<u8>, immutable: bool) -> Response {
    let media = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        Some("mp3") => "audio/mpeg",
        Some("ogg") => "audio/ogg",
        Some("wav") => "audio/wav",
        _ => "application/octet-stream",
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let keep = if immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
