//! `recharge serve`: the page of `recharge explore` on this machine alone, answered by the program itself.
//!
//! It listens on 127.0.0.1, under a path that nobody can guess, and answers only its own page: other hosts, origins and sites are refused.
//! It reads what was given when it started and writes nothing. Changes of settings are replays; futures are lived through on
//! all threads and streamed, a line for each slice. In reading order: `http` (requests and answers) → this file
//! (who is answered, and how). Deliberately absent: the page, and what is computed.

mod http;

use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::explore::{ExploreRequest, Explorer};
use crate::inquiry::{PoolError, WorkerPool};
use crate::report::explore::Carrier;
use crate::report::words;
use crate::study::MOST_PATHS;

use super::args::ServeArgs;
use super::exit::Failure;
use super::explored::{self, Explored};
use super::{Called, interrupt, manifest, opener, print, say};
use http::{HttpKind, HttpRefusal, HttpRequest, NoRequest};

/// Connections that are answered at a time.
const MOST_CONNECTIONS: usize = 64;
/// Time between two looks at whether somebody connects, or Ctrl-C was pressed.
const LOOK: Duration = Duration::from_millis(5);
/// The most futures that one request may ask for.
const MOST_FUTURES: usize = 1_000_000;
/// About the time that a slice of futures takes.
const SLICE: Duration = Duration::from_millis(300);
/// Futures of the first slice.
const FIRST_SLICE: usize = 8;

/// Serves the page until Ctrl-C.
pub fn serve(args: &ServeArgs, command: &Called) -> Result<(), Failure> {
    let scenario = explored::scenario(&args.explored, command.quiet)?;
    manifest::explored(&args.explored, None, &scenario)?;
    let explored = Explored::new(&args.explored, scenario, command)?;
    let pool = WorkerPool::new(args.threads, MOST_FUTURES).map_err(|error| {
        match (&error, args.threads) {
            (PoolError::NoThread, Some(threads)) => {
                Failure::Input(format!("--threads {threads}: {error}"))
            }
            _ => Failure::Machine(error.to_string()),
        }
    })?;
    let port = args.port.unwrap_or(0);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address)
        .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
        .map_err(|error| Failure::Input(format!("--port: cannot listen on {address}: {error}")))?;
    let site = Site::new(&explored, &pool, listener.local_addr()?.port())?;
    print(&format!("{}\n", site.address()))?;
    say("open it in a browser on this machine; Ctrl-C ends it");
    if args.open
        && let Err(why) = opener::open(Path::new(&site.address()))
    {
        say(&format!("--open: {why}"));
    }
    site.listen(&listener)?;
    let requests = words::count(site.requests.load(Ordering::Relaxed), "request");
    say(&format!("ended after {requests}"));
    Ok(())
}

/// What is served, and to whom.
struct Site<'e> {
    explored: &'e Explored,
    pool: &'e WorkerPool,
    port: u16,
    /// The first part of every path.
    secret: String,
    page: String,
    /// Answers changes of settings.
    views: Mutex<Explorer>,
    /// Lives through futures.
    futures: Mutex<Explorer>,
    requests: AtomicU64,
    connections: AtomicUsize,
}

/// Futures that a page asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FuturesWanted {
    set: Vec<String>,
    most: usize,
}

impl<'e> Site<'e> {
    fn new(explored: &'e Explored, pool: &'e WorkerPool, port: u16) -> Result<Site<'e>, Failure> {
        let subject = serde_json::to_string(&explored.subject).expect("texts are JSON");
        let open = || Explorer::open(&subject, &explored.usage).map_err(Failure::Input);
        Ok(Site {
            explored,
            pool,
            port,
            secret: secret(),
            page: explored.page(Carrier::Served),
            views: Mutex::new(open()?),
            futures: Mutex::new(open()?),
            requests: AtomicU64::new(0),
            connections: AtomicUsize::new(0),
        })
    }

    /// The address of the page.
    fn address(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.secret)
    }

    /// Answers every connection on a thread of its own, until Ctrl-C.
    fn listen(&self, listener: &TcpListener) -> io::Result<()> {
        thread::scope(|scope| {
            while !interrupt::asked() {
                match listener.accept() {
                    Ok((stream, _)) => {
                        let begun =
                            thread::Builder::new().spawn_scoped(scope, || self.meet(stream));
                        // A machine without another thread loses the connection and nothing else.
                        drop(begun);
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(LOOK),
                    // The client is gone already, or there are too many files; neither is the end.
                    Err(_) => thread::sleep(LOOK),
                }
            }
        });
        Ok(())
    }

    /// Answers one connection. Whatever the client does or an answer runs into ends with it.
    fn meet(&self, mut stream: TcpStream) {
        let others = self.connections.fetch_add(1, Ordering::Relaxed);
        let met = catch_unwind(AssertUnwindSafe(|| -> io::Result<()> {
            stream.set_nonblocking(false)?;
            stream.set_nodelay(true)?;
            if others >= MOST_CONNECTIONS {
                return http::refuse(&mut stream, HttpRefusal::Busy, "");
            }
            let request = match http::read(&mut stream) {
                Ok(request) => request,
                Err(NoRequest::Refused(why)) => return http::refuse(&mut stream, why, ""),
                Err(NoRequest::Gone) => return Ok(()),
            };
            self.requests.fetch_add(1, Ordering::Relaxed);
            self.answer(&mut stream, &request)
        }));
        if met.is_err() {
            let _the_client_is_told_or_gone = http::refuse(&mut stream, HttpRefusal::Broken, "");
        }
        self.connections.fetch_sub(1, Ordering::Relaxed);
    }

    fn answer(&self, stream: &mut TcpStream, request: &HttpRequest) -> io::Result<()> {
        if !self.is_own(request) {
            let why = format!("this server answers its own page alone, at 127.0.0.1:{}", self.port);
            return http::refuse(stream, HttpRefusal::Foreign, &why);
        }
        let path =
            request.target.strip_prefix('/').and_then(|path| path.strip_prefix(&*self.secret));
        match (path, request.is_post) {
            (Some("/"), false) => http::answer(
                stream,
                HttpKind::Html,
                &Carrier::Served.policy(),
                self.page.as_bytes(),
            ),
            (Some("/page.html"), false) => {
                let usage = &self.explored.usage;
                let page = self.explored.page(Carrier::Inside { usage });
                http::answer(stream, HttpKind::Text, "default-src 'none'", page.as_bytes())
            }
            (Some("/ask" | "/futures"), true) if !is_json(request) => {
                http::refuse(stream, HttpRefusal::NoJson, "")
            }
            (Some("/ask"), true) => self.ask(stream, &request.body),
            (Some("/futures"), true) => self.live(stream, &request.body),
            (Some("/" | "/page.html" | "/ask" | "/futures"), _) => {
                http::refuse(stream, HttpRefusal::Method, "")
            }
            _ => http::refuse(stream, HttpRefusal::NotFound, ""),
        }
    }

    /// Returns true if a request asks for this host and comes from its own page, or from the address line of a browser. A
    /// name that leads here without being it (DNS rebinding) has another `Host`; a page of another site another `Origin`.
    fn is_own(&self, request: &HttpRequest) -> bool {
        let hosts = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let Some(host) = request.header("host").filter(|host| hosts.iter().any(|own| own == host))
        else {
            return false;
        };
        let is_origin = |origin: &str| origin.strip_prefix("http://") == Some(host);
        // A link may lead to the page from anywhere; nothing else may be asked for from elsewhere.
        let is_site = match request.header("sec-fetch-site") {
            None | Some("same-origin" | "none") => true,
            Some(_) => !request.is_post && request.header("sec-fetch-mode") == Some("navigate"),
        };
        request.header("origin").is_none_or(is_origin) && is_site
    }

    /// Answers a question that one replay answers.
    fn ask(&self, stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
        let asked = serde_json::from_slice::<ExploreRequest>(body);
        if matches!(asked, Ok(ExploreRequest::Futures { .. } | ExploreRequest::Fan { .. })) {
            return http::refuse(
                stream,
                HttpRefusal::NotFound,
                "futures are asked for at /futures",
            );
        }
        let asked = String::from_utf8_lossy(body);
        let answer = respond(&self.views, &asked);
        http::answer(stream, HttpKind::Json, "default-src 'none'", answer.as_bytes())
    }

    /// Lives through futures slice by slice, a line each, then through those of the fan; until the client is gone.
    fn live(&self, stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
        let wanted: FuturesWanted = match serde_json::from_slice(body) {
            Ok(wanted) => wanted,
            Err(error) => return http::refuse(stream, HttpRefusal::Malformed, &error.to_string()),
        };
        let most = wanted.most.clamp(1, MOST_FUTURES);
        http::begin(stream, HttpKind::Lines)?;
        let set = || wanted.set.clone();
        self.slices(stream, most, |replications| ExploreRequest::Futures {
            set: set(),
            replications,
        })?;
        self.slices(stream, most.min(MOST_PATHS), |replications| ExploreRequest::Fan {
            set: set(),
            replications,
        })?;
        http::close(stream)
    }

    /// Asks for more and more runs until there are so many, or the answer is an error, or Ctrl-C was pressed.
    fn slices(
        &self,
        stream: &mut TcpStream,
        most: usize,
        of: impl Fn(usize) -> ExploreRequest,
    ) -> io::Result<()> {
        let (mut done, mut count) = (0, FIRST_SLICE);
        while done < most && !interrupt::asked() {
            let next = (done + count).min(most);
            let began = Instant::now();
            let asked = serde_json::to_string(&of(next)).expect("a request is JSON");
            let line = self.pool.install(|| respond(&self.futures, &asked));
            stream.write_all(line.as_bytes())?;
            stream.write_all(b"\n")?;
            stream.flush()?;
            if line.starts_with("{\"error\"") {
                return Ok(());
            }
            let each = began.elapsed().as_secs_f64() / (next - done) as f64;
            let fit = SLICE.as_secs_f64() / each.max(1e-6);
            (done, count) = (next, (fit as usize).clamp(2, next));
        }
        Ok(())
    }
}

/// 128 bits that the system drew for the keys of its hashing, as 32 letters.
fn secret() -> String {
    let drawn = || RandomState::new().hash_one("recharge serve");
    format!("{:016x}{:016x}", drawn(), drawn())
}

/// The answer of an explorer, also of one that could not finish an answer before.
fn respond(explorer: &Mutex<Explorer>, asked: &str) -> String {
    explorer.lock().unwrap_or_else(PoisonError::into_inner).respond(asked)
}

fn is_json(request: &HttpRequest) -> bool {
    request.header("content-type") == Some("application/json")
}
