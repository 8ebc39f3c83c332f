//! A static web server for this machine: serves `dist/` to the developer and to the browser tests.

use super::error::XtaskError;
use super::live::{self, Build};
use super::media::{self, Encoding};
use super::site::{Site, Target, locate};
use std::fs::{self, File};
use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tiny_http::{Header, Method, Request, Response, ResponseBox};

/// Browsers open about six connections; more threads than that would wait.
const THREADS: usize = 6;
/// How long a connection may wait at most, see [`wake_waiting_connections`].
const WAKE_EVERY: Duration = Duration::from_millis(200);

/// A server whose threads answer until the process ends.
#[derive(Debug)]
pub struct RunningServer {
    /// Where the site's first page is, ending in a slash.
    pub address: String,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl RunningServer {
    /// Does not return while the server runs.
    pub fn wait(self) {
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

/// Starts to serve on this machine only; port 0 takes a free one. With a build, pages reload when its number changes.
///
/// # Errors
/// If the port is taken.
pub fn start(site: Site, port: u16, build: Option<Arc<Build>>) -> Result<RunningServer, XtaskError> {
    let failed = |reason: String| XtaskError::Serve { port, reason };
    let server = tiny_http::Server::http(("127.0.0.1", port)).map_err(|error| failed(error.to_string()))?;
    let port = server.server_addr().to_ip().ok_or_else(|| failed("it has no address".into()))?.port();
    let address = format!("http://localhost:{port}{}/", site.prefix);
    let shared = Arc::new((server, site, build));
    let threads = (0..THREADS).map(|_| {
        let shared = Arc::clone(&shared);
        std::thread::spawn(move || {
            while let Ok(request) = shared.0.recv() {
                let response = answer(&shared.1, shared.2.as_deref(), &request);
                // A visitor who leaves before the answer has arrived is no error.
                let _ = request.respond(response);
            }
        })
    });
    let threads = threads.collect();
    wake_waiting_connections(port);
    Ok(RunningServer { address, threads })
}

/// Opens a connection now and then and closes it at once.
///
/// The thread pool of `tiny_http` 0.12 counts a thread as idle until it has really woken up. Of two connections that
/// come together one can therefore be queued though nobody is left to take it, and waits until another is closed: a
/// page then loads for half a minute. A connection that finds no idle thread gets a new one, and that one takes what
/// is queued too.
fn wake_waiting_connections(port: u16) {
    std::thread::spawn(move || {
        while TcpStream::connect(("127.0.0.1", port)).is_ok() {
            std::thread::sleep(WAKE_EVERY);
        }
    });
}

fn answer(site: &Site, build: Option<&Build>, request: &Request) -> ResponseBox {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return text(405, "only GET and HEAD are answered here");
    }
    if let Some(response) = build.and_then(|build| live(site, build, request.url())) {
        return response;
    }
    match locate(site, request.url()) {
        Target::File(path) => file(&path, request).unwrap_or_else(|_| text(404, "not found")),
        Target::Redirect(to) => with_header(text(301, "moved"), "Location", &to),
        Target::Missing => text(404, "not found"),
    }
}

/// What is served only while somebody works on the page: the script that reloads it, and the page with that script.
fn live(site: &Site, build: &Build, url: &str) -> Option<ResponseBox> {
    let path = url.split(['?', '#']).next()?.strip_prefix(&site.prefix)?.strip_prefix('/')?;
    let (content, kind) = match path {
        live::SCRIPT => (live::RELOAD.to_owned(), "x.js"),
        live::NUMBER => (build.number(), "x.txt"),
        "" | "index.html" => match locate(site, url) {
            Target::File(file) => (live::with_script(&fs::read_to_string(file).ok()?), "x.html"),
            Target::Redirect(_) | Target::Missing => return None,
        },
        _ => return None,
    };
    let response = with_header(Response::from_string(content).boxed(), "Cache-Control", "no-store");
    Some(with_header(response, "Content-Type", media::media_type(Path::new(kind))))
}

fn file(path: &Path, request: &Request) -> io::Result<ResponseBox> {
    let accepted = request_header(request, "Accept-Encoding");
    let copy = |encoding: Encoding| PathBuf::from(format!("{}.{}", path.display(), encoding.extension()));
    let encoding = Encoding::ALL
        .into_iter()
        .find(|encoding| media::is_compressible(path) && encoding.is_accepted(&accepted) && copy(*encoding).is_file());
    let opened = File::open(encoding.map_or_else(|| path.to_owned(), copy))?;
    let tag = entity_tag(&opened.metadata()?, encoding);
    let is_known = request_header(request, "If-None-Match").split(',').any(|known| known.trim() == tag);
    let mut response = if is_known {
        Response::empty(304).boxed()
    } else {
        // tiny_http would send long files in chunks, and then nobody could show how much is still to come.
        Response::from_file(opened).with_chunked_threshold(usize::MAX).boxed()
    };
    if let Some(encoding) = encoding.filter(|_| !is_known) {
        response = with_header(response, "Content-Encoding", encoding.name());
    }
    let headers = [
        ("Content-Type", media::media_type(path)),
        ("Cache-Control", "no-cache"),
        ("ETag", &tag),
        ("Vary", "Accept-Encoding"),
        ("X-Content-Type-Options", "nosniff"),
    ];
    Ok(headers.into_iter().fold(response, |response, (name, value)| with_header(response, name, value)))
}

/// Changes whenever the file does.
fn entity_tag(metadata: &fs::Metadata, encoding: Option<Encoding>) -> String {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("\"{:x}-{:x}-{}\"", metadata.len(), modified.as_nanos(), encoding.map_or("raw", Encoding::name))
}

fn request_header(request: &Request, name: &'static str) -> String {
    let found = request.headers().iter().find(|header| header.field.equiv(name));
    found.map(|header| header.value.to_string()).unwrap_or_default()
}

fn with_header(response: ResponseBox, name: &str, value: &str) -> ResponseBox {
    match Header::from_bytes(name.as_bytes(), value.as_bytes()) {
        Ok(header) => response.with_header(header),
        // Only text that is not ASCII is refused, and an answer without such a header is still an answer.
        Err(()) => response,
    }
}

fn text(status: u16, message: &str) -> ResponseBox {
    let response = Response::from_string(message).with_status_code(status).boxed();
    with_header(response, "Content-Type", "text/plain; charset=utf-8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xtask::files;
    use std::io::{Read, Write};

    /// Sends a request as it stands and returns the whole answer.
    fn ask(server: &RunningServer, request: &str) -> String {
        let host =
            server.address.trim_start_matches("http://").split('/').next().unwrap().replace("localhost", "127.0.0.1");
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "{request}\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn serve(prefix: &str) -> (tempfile::TempDir, RunningServer) {
        let folder = tempfile::tempdir().unwrap();
        files::write(&folder.path().join("index.html"), b"the page").unwrap();
        files::write(&folder.path().join("a.wasm"), b"raw").unwrap();
        files::write(&folder.path().join("a.wasm.br"), b"small").unwrap();
        let server = start(Site::new(folder.path(), prefix), 0, None).unwrap();
        (folder, server)
    }

    #[test]
    fn the_compressed_copy_is_sent_to_whoever_accepts_it() {
        let (_folder, server) = serve("");
        let plain = ask(&server, "GET /a.wasm HTTP/1.1");
        assert!(plain.starts_with("HTTP/1.1 200") && plain.ends_with("raw"), "{plain}");
        assert!(plain.contains("Content-Type: application/wasm") && plain.contains("Content-Length: 3"), "{plain}");
        let small = ask(&server, "GET /a.wasm HTTP/1.1\r\nAccept-Encoding: gzip, br");
        assert!(small.contains("Content-Encoding: br") && small.ends_with("small"), "{small}");
    }

    #[test]
    fn what_the_browser_knows_is_not_sent_again() {
        let (folder, server) = serve("/sub/");
        assert!(server.address.ends_with("/sub/"));
        let first = ask(&server, "GET /sub/ HTTP/1.1");
        let tag = first.lines().find_map(|line| line.strip_prefix("ETag: ")).unwrap();
        let second = ask(&server, &format!("GET /sub/ HTTP/1.1\r\nIf-None-Match: {tag}"));
        assert!(second.starts_with("HTTP/1.1 304") && !second.contains("the page"), "{second}");
        files::write(&folder.path().join("index.html"), b"another page").unwrap();
        let third = ask(&server, &format!("GET /sub/ HTTP/1.1\r\nIf-None-Match: {tag}"));
        assert!(third.ends_with("another page"), "{third}");
    }

    #[test]
    fn only_a_watching_server_reloads_pages() {
        let (folder, plain) = serve("/sub");
        files::write(&folder.path().join("index.html"), b"<head></head>").unwrap();
        assert!(ask(&plain, "GET /sub/xtask/build-id HTTP/1.1").starts_with("HTTP/1.1 404"));
        assert!(ask(&plain, "GET /sub/ HTTP/1.1").ends_with("<head></head>"));
        let build = Arc::new(Build::default());
        let watching = start(Site::new(folder.path(), "/sub"), 0, Some(Arc::clone(&build))).unwrap();
        assert!(ask(&watching, "GET /sub/?room=train HTTP/1.1").contains(live::SCRIPT));
        assert!(ask(&watching, "GET /sub/xtask/reload.js HTTP/1.1").contains("Content-Type: text/javascript"));
        let number = || ask(&watching, "GET /sub/xtask/build-id HTTP/1.1").lines().last().map(str::to_owned);
        let first = number();
        assert_eq!(first, Some(build.number()));
        build.next();
        assert_ne!(number(), first);
    }

    #[test]
    fn errors_are_answered() {
        let (_folder, server) = serve("");
        assert!(ask(&server, "GET /none HTTP/1.1").starts_with("HTTP/1.1 404"));
        assert!(ask(&server, "GET /../a.wasm HTTP/1.1").starts_with("HTTP/1.1 404"));
        assert!(ask(&server, "POST / HTTP/1.1\r\nContent-Length: 0").starts_with("HTTP/1.1 405"));
        let head = ask(&server, "HEAD /a.wasm HTTP/1.1");
        assert!(head.starts_with("HTTP/1.1 200") && !head.ends_with("raw"), "{head}");
    }
}
