//! What a web server says about a file: its media type and which compressed copy a browser gets.

use std::path::Path;

/// Media type by extension. Browsers compile WebAssembly while it arrives only if its type is right.
pub fn media_type(path: &Path) -> &'static str {
    match extension(path) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        // `.gz` too: a data file the page unpacks itself, not an encoding of the transfer.
        _ => "application/octet-stream",
    }
}

/// Whether compressed copies of a file are made.
pub fn is_compressible(path: &Path) -> bool {
    matches!(extension(path), "html" | "js" | "mjs" | "css" | "json" | "webmanifest" | "wasm" | "svg" | "txt")
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

/// An encoding of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `br`, the smallest.
    Brotli,
    /// `gzip`, which every client knows.
    Gzip,
}

impl Encoding {
    /// From the smallest to the largest.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// What the compressed copy's name ends in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    /// Whether the client accepts it, by its `Accept-Encoding`: names with an optional weight, 0 meaning no.
    pub fn is_accepted(self, accept_encoding: &str) -> bool {
        accept_encoding.split(',').any(|offer| {
            let (name, weight) = offer.split_once(';').unwrap_or((offer, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0);
            name.trim().eq_ignore_ascii_case(self.name()) && weight > 0.0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_and_modules_have_the_types_browsers_ask_for() {
        assert_eq!(media_type(Path::new("pkg/app_bg.wasm")), "application/wasm");
        assert!(media_type(Path::new("pkg/app.js")).starts_with("text/javascript"));
        assert_eq!(media_type(Path::new("assets/data/mnist/t10k-images-idx3-ubyte.gz")), "application/octet-stream");
        assert_eq!(media_type(Path::new("no-extension")), "application/octet-stream");
    }

    #[test]
    fn the_encoding_follows_what_the_browser_accepts() {
        let chosen = |accept: &str| Encoding::ALL.into_iter().find(|encoding| encoding.is_accepted(accept));
        assert_eq!(chosen("gzip, deflate, br, zstd"), Some(Encoding::Brotli));
        assert_eq!(chosen("GZIP;q=0.5"), Some(Encoding::Gzip));
        assert_eq!(chosen("br;q=0, gzip"), Some(Encoding::Gzip));
        assert_eq!(chosen("br; q=0.0"), None);
        assert_eq!(chosen(""), None);
        assert_eq!(chosen("brotli"), None);
    }
}
