//! What `serve --watch` adds to the page so that it reloads when it has been built again. No other server knows it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the page finds its script and the number of the build, relative to the site.
pub const SCRIPT: &str = "xtask/reload.js";
pub const NUMBER: &str = "xtask/build-id";
/// Asks for the number twice a second and reloads when it changes.
pub const RELOAD: &str = r#"// Reloads the page when `cargo xtask serve --watch` has built it again.
let known;
setInterval(async () => {
  try {
    const answer = await fetch(new URL("build-id", import.meta.url), { cache: "no-store" });
    const number = await answer.text();
    if (known !== undefined && number !== known) location.reload();
    known = number;
  } catch {
    // The server is being started again.
  }
}, 500);
"#;

/// The number of the build that is served.
#[derive(Debug)]
pub struct Build(AtomicU64);

impl Default for Build {
    /// Different from that of any earlier server.
    fn default() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(AtomicU64::new(u64::try_from(now.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl Build {
    /// Pages reload.
    pub fn next(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// As pages see it.
    pub fn number(&self) -> String {
        self.0.load(Ordering::Relaxed).to_string()
    }
}

/// The page with the script in its head.
pub fn with_script(page: &str) -> String {
    page.replacen("</head>", &format!("<script type=\"module\" src=\"{SCRIPT}\"></script></head>"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stands_in_the_head_of_the_shipped_page_and_may_run_there() {
        let page = include_str!("../../index.html");
        let with = with_script(page);
        assert!(with.contains(&format!("src=\"{SCRIPT}\"></script></head>")));
        assert!(!page.contains(SCRIPT));
        // A script of the same origin, as the page's policy asks for.
        assert!(page.contains("script-src 'self'") && page.contains("connect-src 'self'"));
    }

    #[test]
    fn every_build_has_another_number() {
        let build = Build::default();
        let first = build.number();
        build.next();
        assert_ne!(build.number(), first);
    }
}
