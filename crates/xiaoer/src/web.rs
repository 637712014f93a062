//! The console, the widget and the demo's page: built by Vite, carried in the binary.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base::Problem;
use rust_embed::RustEmbed;

/// What Vite built. Debug builds read it from the folder, so that tests need no rebuild.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Built;

/// Refuses to start a release that carries no console or no widget. Debug builds may: they read both from the folder
/// when they are asked for, and tests of the program need neither.
pub(crate) fn need_built() -> Result<(), Problem> {
    refuse_unbuilt(!cfg!(debug_assertions), |path| Built::get(path).is_some())
}

fn refuse_unbuilt(release: bool, carries: impl Fn(&str) -> bool) -> Result<(), Problem> {
    let whole = carries("console/index.html") && carries("widget/widget.js");
    if release && !whole {
        return Err(Problem::conflict(
            "web_not_built",
            "This binary was built without the console: run `make web`, then build again.",
        ));
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The decision, not a release itself: that would be a second build of everything.
    #[test]
    fn a_release_without_the_web_refuses_to_start() {
        let refused =
            |release, files: &[&str]| refuse_unbuilt(release, |path| files.contains(&path)).is_err();
        assert!(refused(true, &[]));
        assert!(refused(true, &["console/index.html"]), "buyers need the widget");
        assert!(refused(true, &["widget/widget.js"]), "agents need the console");
        assert!(!refused(true, &["console/index.html", "widget/widget.js"]));
        assert!(!refused(false, &[]), "a debug build reads them later");
        let told = refuse_unbuilt(true, |_| false).expect_err("refused");
        assert!(
            told.code == "web_not_built" && told.detail.contains("make web"),
            "{told:?}"
        );
    }
}
