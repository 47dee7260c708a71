//! `recharge serve`: what it answers and to whom, and that nothing a client does ends it before Ctrl-C.

#![cfg(all(feature = "html", unix))]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use recharge::explore::{ExploreRequest, ExploreSubject, Explorer};
use serde_json::{Value, json};

const BURST: &str = "scenarios/connector-apps-burst.toml";
const STUDY: &str = "scenarios/product-classifier-study.toml";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A server that is killed if a test ends before it.
struct Served {
    child: Child,
    port: u16,
    /// `/SECRET`.
    path: String,
}

/// What came back.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    /// The parts of an answer; `None` of a connection that was closed without one.
    fn of(bytes: &[u8]) -> Option<Answer> {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, head: head.to_owned(), body: body.to_owned() })
    }
}

impl Served {
    fn new(words: &[&str]) -> Served {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.current_dir(root()).arg("serve").args(words);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://127.0.0.1:").unwrap_or_else(|| {
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("{line:?}: {said}")
        });
        let (port, secret) = address.split_once('/').unwrap();
        let secret = secret.strip_suffix('/').unwrap();
        assert_eq!(secret.len(), 32);
        Served { port: port.parse().unwrap(), path: format!("/{secret}"), child }
    }

    /// Sends bytes as they are and reads what comes back; `None` if the connection is closed without an answer.
    fn raw(&self, bytes: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // The server may answer and close before all is sent.
        let _all_of_it = stream.write_all(bytes);
        let mut found = Vec::new();
        let _until_closed = stream.read_to_end(&mut found);
        Answer::of(&found)
    }

    /// A request with headers, each with its line end.
    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let length = match method {
            "POST" => format!("Content-Length: {}\r\n", body.len()),
            _ => String::new(),
        };
        let text = format!("{method} {}{path} HTTP/1.1\r\n{headers}{length}\r\n{body}", self.path);
        self.raw(text.as_bytes()).unwrap_or_else(|| panic!("no answer to {text}"))
    }

    fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}\r\n", self.port)
    }

    fn json(&self) -> String {
        self.host() + "Content-Type: application/json\r\n"
    }

    fn page(&self) -> Answer {
        self.send("GET", "/", &self.host(), "")
    }

    fn ask(&self, asked: &ExploreRequest) -> Answer {
        self.send("POST", "/ask", &self.json(), &serde_json::to_string(asked).unwrap())
    }

    /// Ends it as Ctrl-C does; returns whether it succeeded, and what it said.
    fn stop(mut self) -> (bool, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().success(), said)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _gone = self.child.kill();
        let _waited = self.child.wait();
    }
}

fn texts(set: &[&str]) -> Vec<String> {
    set.iter().map(|&text| text.to_owned()).collect()
}

/// The same scenario, explored in this process.
fn explorer(file: &str) -> Explorer {
    let subject = ExploreSubject {
        file: file.to_owned(),
        text: fs::read_to_string(root().join(file)).unwrap(),
        set: Vec::new(),
        given: false,
        usage: None,
    };
    Explorer::open(&serde_json::to_string(&subject).unwrap(), &[]).unwrap()
}

#[test]
fn the_page_is_answered_by_the_program_as_a_page_with_the_engine_answers_itself() {
    let served = Served::new(&[BURST]);
    let page = served.page();
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Today: </strong>") && !page.body.contains("id=\"engine\""));
    for asked in [
        ExploreRequest::View { set: texts(&[]) },
        ExploreRequest::View { set: texts(&["recharge.packs=3", "usage.scale=1.25"]) },
        ExploreRequest::Scenario { set: texts(&["recharge.packs=3"]) },
        ExploreRequest::View { set: texts(&["recharge.packs=none"]) },
    ] {
        let answer = served.ask(&asked);
        assert_eq!(answer.status, 200);
        let ours = explorer(BURST).respond(&serde_json::to_string(&asked).unwrap());
        assert_eq!(answer.body, ours, "{asked:?}");
    }
    // The file that can be mailed is that of `recharge explore`.
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("page.html");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(root()).args(["explore", BURST, "--out"]).arg(&out);
    assert!(command.output().unwrap().status.success());
    let file = served.send("GET", "/page.html", &served.host(), "");
    assert_eq!(file.body, fs::read_to_string(out).unwrap());
    assert!(file.head.contains("Content-Type: text/plain"), "{}", file.head);
    let (succeeded, said) = served.stop();
    assert!(succeeded && said.contains("ended after 6 requests"), "{said}");
}

#[test]
fn futures_are_streamed_until_there_are_enough_and_are_those_of_a_study_whatever_the_threads() {
    let set = ["recharge.package=9000"];
    let wanted = json!({ "set": set, "most": 30 }).to_string();
    let streamed = |threads: &str| {
        let served = Served::new(&[STUDY, "--threads", threads]);
        let answer = served.send("POST", "/futures", &served.json(), &wanted);
        assert_eq!(answer.status, 200);
        let lines = answer.body.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.collect::<Vec<Value>>()
    };
    let lines = streamed("2");
    let (fans, futures): (Vec<&Value>, Vec<&Value>) =
        lines.iter().partition(|line| line.get("at").is_some());
    assert!(futures.len() > 1 && !fans.is_empty());
    let counts: Vec<u64> =
        futures.iter().map(|line| line["replications"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted() && counts[0] == 8, "{counts:?}");
    for (found, asked) in [
        (
            futures[futures.len() - 1],
            ExploreRequest::Futures { set: texts(&set), replications: 30 },
        ),
        (fans[fans.len() - 1], ExploreRequest::Fan { set: texts(&set), replications: 30 }),
    ] {
        let ours = explorer(STUDY).respond(&serde_json::to_string(&asked).unwrap());
        assert_eq!(*found, serde_json::from_str::<Value>(&ours).unwrap());
    }
    // The last of each kind is the same for one thread.
    let alone = streamed("1");
    for is_fan in [false, true] {
        let last = |lines: &[Value]| {
            lines.iter().rfind(|line| line.get("at").is_some() == is_fan).cloned().unwrap()
        };
        assert_eq!(last(&lines), last(&alone));
    }
}

#[test]
fn other_hosts_origins_and_sites_are_refused() {
    let served = Served::new(&[BURST]);
    let port = served.port;
    let ask = serde_json::to_string(&ExploreRequest::View { set: Vec::new() }).unwrap();
    let post = |headers: &str| {
        let headers = format!("{headers}Content-Type: application/json\r\n");
        served.send("POST", "/ask", &headers, &ask).status
    };
    let get = |headers: &str| served.send("GET", "/", headers, "").status;
    let local = served.host();
    for host in [
        "",
        "Host: evil.example\r\n",
        // A name of another site that leads to this machine.
        &format!("Host: rebound.evil.example:{port}\r\n"),
        &format!("Host: 127.0.0.1.evil.example:{port}\r\n"),
        "Host: 127.0.0.1\r\n",
        "Host: 127.0.0.1:1\r\n",
        &format!("Host: [::1]:{port}\r\n"),
        &format!("Host: 0.0.0.0:{port}\r\n"),
    ] {
        assert_eq!((get(host), post(host)), (403, 403), "{host:?}");
    }
    for origin in [
        "http://evil.example".to_owned(),
        "null".to_owned(),
        format!("https://127.0.0.1:{port}"),
        "http://127.0.0.1".to_owned(),
        format!("http://127.0.0.1:{port}.evil.example"),
        // Another name of this machine than the one that was asked.
        format!("http://localhost:{port}"),
    ] {
        let headers = format!("{local}Origin: {origin}\r\n");
        assert_eq!((get(&headers), post(&headers)), (403, 403), "{origin}");
    }
    for site in ["cross-site", "same-site", "anything"] {
        let headers = format!("{local}Sec-Fetch-Site: {site}\r\n");
        assert_eq!((get(&headers), post(&headers)), (403, 403), "{site}");
        // A link leads to the page from wherever it stands.
        let headers = format!("{headers}Sec-Fetch-Mode: navigate\r\n");
        assert_eq!((get(&headers), post(&headers)), (200, 403), "{site}");
    }
    for headers in [
        local.clone(),
        format!("Host: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"),
        format!("{local}Origin: http://127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\n"),
        format!("{local}Sec-Fetch-Site: none\r\n"),
    ] {
        assert_eq!((get(&headers), post(&headers)), (200, 200), "{headers}");
    }
    // A form of another site can send no JSON.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; x=y"] {
        let headers = format!("{local}Content-Type: {kind}\r\n");
        assert_eq!(served.send("POST", "/ask", &headers, &ask).status, 415, "{kind}");
    }
    // Who does not know the path sees nothing, not even that there is something.
    for path in ["/", "/0123456789abcdef0123456789abcdef/", "/favicon.ico", "/../etc/passwd"] {
        let request = format!("GET {path} HTTP/1.1\r\n{local}\r\n");
        assert_eq!(served.raw(request.as_bytes()).unwrap().status, 404, "{path}");
    }
    for (path, status) in [("", 404), ("/x", 404), ("/../", 404), ("/ask", 405), ("/futures", 405)]
    {
        assert_eq!(served.send("GET", path, &local, "").status, status, "{path}");
    }
}

#[test]
fn an_answer_may_be_framed_kept_or_read_by_no_other_page() {
    let served = Served::new(&[BURST]);
    let page = served.page();
    for line in [
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        "Referrer-Policy: no-referrer",
        "Cross-Origin-Resource-Policy: same-origin",
    ] {
        assert!(page.head.contains(line), "{line} in {}", page.head);
    }
    assert!(
        page.head.contains("default-src 'none'") && page.head.contains("frame-ancestors 'none'")
    );
    assert!(page.head.contains("connect-src 'self'") && !page.head.contains("wasm-unsafe-eval"));
    assert!(!page.head.to_lowercase().contains("access-control"));
}

#[test]
fn what_is_no_request_is_refused_and_ends_nothing() {
    let served = Served::new(&[BURST]);
    let local = served.host();
    let ask = &format!("POST {}/ask HTTP/1.1\r\n{}", served.path, served.json());
    let long = "a".repeat(9_000);
    let large = "x".repeat(2_000_000);
    for (request, status) in [
        ("\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\nHost: x\n\r\n\r\n".to_owned(), 400),
        (format!("GET / HTTP/1.1\r\n{local}{local}\r\n"), 400),
        (format!("GET http://evil.example/ HTTP/1.1\r\n{local}\r\n"), 400),
        (format!("CONNECT evil.example:80 HTTP/1.1\r\n{local}\r\n"), 400),
        (format!("DELETE / HTTP/1.1\r\n{local}\r\n"), 405),
        (format!("GET / HTTP/1.0\r\n{local}\r\n"), 505),
        (format!("GET /{long} HTTP/1.1\r\n{local}\r\n"), 431),
        (format!("GET / HTTP/1.1\r\n{local}A: {long}\r\n\r\n"), 431),
        (format!("{ask}\r\n"), 411),
        (format!("{ask}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 411),
        (format!("{ask}Content-Length: 2000000\r\n\r\n{large}"), 413),
        (format!("{ask}Content-Length: 1\r\n\r\n{{}}"), 400),
        (format!("GET / HTTP/1.1\r\n{local}Content-Length: 5\r\n\r\nhello"), 400),
    ] {
        let shown: String = request.chars().take(80).collect();
        let answer = served.raw(request.as_bytes());
        assert_eq!(answer.map(|answer| answer.status), Some(status), "{shown:?}");
    }
    // Questions that make no sense are answered as such.
    for (path, body, status, told) in [
        ("/ask", "", 200, "error"),
        ("/ask", "{\"ask\":\"nothing\"}", 200, "error"),
        ("/ask", "{\"ask\":\"view\",\"set\":[\"plan=\\u003cscript>\"]}", 200, "error"),
        ("/ask", "{\"ask\":\"futures\",\"set\":[],\"replications\":100000000}", 404, "/futures"),
        ("/futures", "{\"set\":[],\"most\":-1}", 400, "invalid"),
        ("/futures", "{\"set\":[\"nothing=1\"],\"most\":5}", 200, "error"),
    ] {
        let answer = served.send("POST", path, &served.json(), body);
        assert_eq!(answer.status, status, "{body}");
        assert!(answer.body.contains(told), "{body}: {}", answer.body);
    }
    assert_eq!(served.page().status, 200);
}

#[test]
fn thousands_of_requests_and_slow_clients_keep_nobody_from_the_page() {
    let served = Served::new(&[BURST]);
    // Clients that say nothing, or not all, and go away late.
    let slow: Vec<TcpStream> = (0..20)
        .map(|client| {
            let mut stream = TcpStream::connect(("127.0.0.1", served.port)).unwrap();
            if client % 2 == 0 {
                stream.write_all(b"GET / HTTP/1.1\r\nHost:").unwrap();
            }
            stream
        })
        .collect();
    assert_eq!(served.page().status, 200);
    // A client that asks for much and reads nothing.
    let mut deaf = TcpStream::connect(("127.0.0.1", served.port)).unwrap();
    deaf.write_all(format!("GET {}/ HTTP/1.1\r\n{}\r\n", served.path, served.host()).as_bytes())
        .unwrap();
    // Many at a time: each is answered, or told that others are.
    let count = |status: u16| {
        std::thread::scope(|scope| {
            let client = || {
                let ask = || {
                    let request = format!("GET /no HTTP/1.1\r\n{}\r\n", served.host());
                    served.raw(request.as_bytes()).unwrap().status
                };
                (0..125).filter(|_| ask() == status).count()
            };
            let clients: Vec<_> = (0..16).map(|_| scope.spawn(client)).collect();
            clients.into_iter().map(|client| client.join().unwrap()).sum::<usize>()
        })
    };
    assert_eq!(count(404), 2_000);
    // The slow ones are told so after a while.
    let mut last = &slow[0];
    let mut told = String::new();
    last.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    last.read_to_string(&mut told).unwrap();
    assert!(told.starts_with("HTTP/1.1 408 "), "{told}");
    assert_eq!(served.page().status, 200);
    let (succeeded, said) = served.stop();
    assert!(succeeded && said.contains("ended after 2,00"), "{said}");
}

#[test]
fn ctrl_c_ends_it_also_while_futures_are_lived_through() {
    let served = Served::new(&[STUDY]);
    let wanted = json!({ "set": ["recharge.package=9000"], "most": 1_000_000 }).to_string();
    let request = format!(
        "POST {}/futures HTTP/1.1\r\n{}Content-Length: {}\r\n\r\n{wanted}",
        served.path,
        served.json(),
        wanted.len()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", served.port)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let is_futures = |line: &String| line.starts_with("{\"replications\"");
    assert!(lines.any(|line| line.is_ok_and(|line| is_futures(&line))));
    let (succeeded, said) = served.stop();
    assert!(succeeded, "{said}");
}

#[test]
fn what_cannot_be_served_is_refused() {
    let refused = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        let ran = command.current_dir(root()).arg("serve").args(words).output().unwrap();
        assert!(!ran.status.success(), "{words:?}");
        String::from_utf8(ran.stderr).unwrap()
    };
    assert!(refused(&["none.toml"]).contains("cannot read the scenario"));
    assert!(refused(&[BURST, "--usage", "-"]).contains("only once"));
    assert!(refused(&[BURST, "--threads", "0"]).contains("--threads 0"));
    let served = Served::new(&[BURST]);
    let taken = served.port.to_string();
    assert!(refused(&[BURST, "--port", &taken]).contains("cannot listen on 127.0.0.1:"));
}

#[test]
fn scripts_in_names_are_text_in_what_is_served() {
    let place = tempfile::tempdir().unwrap();
    let hostile = "</script><img src=x onerror=alert(1)>";
    let scenario = fs::read_to_string(root().join("scenarios/worked-example.toml")).unwrap();
    let is_name = |line: &&str| line.starts_with("name =") || line.starts_with("unit =");
    let lines = scenario.lines().filter(|line| !is_name(line)).map(|line| line.to_owned() + "\n");
    let head = format!("name = '{hostile}'\nunit = '<b>credits</b>'\n");
    let file = place.path().join("s.toml");
    fs::write(&file, lines.fold(head, |text, line| text + &line)).unwrap();
    let served = Served::new(&[file.to_str().unwrap()]);
    for path in ["/", "/page.html"] {
        let page = served.send("GET", path, &served.host(), "").body;
        assert!(
            page.contains("onerror") && !page.contains("<img") && !page.contains("<b>"),
            "{path}"
        );
    }
}

/// The commands of the guide that serve; the tests of the documentation cannot run them, as they do not end by themselves.
#[test]
fn the_commands_of_the_guide_serve() {
    let guide = fs::read_to_string(Path::new(&root()).join("docs/guides/explore.md")).unwrap();
    let commands: Vec<&str> =
        guide.lines().filter_map(|line| line.strip_prefix("recharge serve ")).collect();
    assert!(!commands.is_empty());
    for command in commands {
        let served = Served::new(&command.split(' ').collect::<Vec<&str>>());
        assert_eq!(served.page().status, 200);
        assert!(served.stop().0);
    }
}
