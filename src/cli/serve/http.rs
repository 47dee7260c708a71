//! HTTP/1.1 as far as a page of this machine needs it: one request a connection, read strictly and within bounds (RFC 9112).
//!
//! What is unusual is refused rather than guessed at: bare line feeds, folded or repeated headers, transfer codings, targets that are no
//! path. A client that is slow or says too much is answered and cut off. Deliberately absent: what is at a path.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use crate::cli::interrupt;

/// The most bytes of a request before its body.
const MOST_HEAD: usize = 8 * 1_024;
/// The most bytes of a body: settings of every knob take a few kilobytes.
const MOST_BODY: usize = 64 * 1_024;
/// Time in which a whole request has to arrive.
const READING: Duration = Duration::from_secs(5);
/// Time between two looks at whether Ctrl-C was pressed: browsers open connections that they may never use.
const PATIENCE: Duration = Duration::from_millis(200);
/// Time in which a client has to take each part of an answer.
const WRITING: Duration = Duration::from_secs(10);
/// Bytes of a refused request that are read and dropped, so that its answer is not lost with them.
const MOST_DROPPED: usize = 1_024 * 1_024;

/// A request.
#[derive(Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// True of `POST`, false of `GET`.
    pub is_post: bool,
    /// The path, with what follows it.
    pub target: String,
    /// Names in lower case, and values.
    headers: Vec<(String, String)>,
    /// What was sent; empty of `GET`.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// The value of a header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }
}

/// Reason why a request is not answered as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpRefusal {
    /// It is no request in the form of the standard.
    Malformed,
    /// It came from another site, or asked for another host.
    Foreign,
    /// There is nothing at its path.
    NotFound,
    /// Its method is none that is answered there.
    Method,
    /// It did not arrive in time.
    Slow,
    /// A body without a length.
    NoLength,
    /// The body is too large.
    LargeBody,
    /// The body is no JSON.
    NoJson,
    /// The head is too large.
    LargeHead,
    /// Answering it failed.
    Broken,
    /// Too many are being answered.
    Busy,
    /// Another version of HTTP.
    Version,
}

impl HttpRefusal {
    /// The status code with its name.
    fn status(self) -> &'static str {
        match self {
            HttpRefusal::Malformed => "400 Bad Request",
            HttpRefusal::Foreign => "403 Forbidden",
            HttpRefusal::NotFound => "404 Not Found",
            HttpRefusal::Method => "405 Method Not Allowed",
            HttpRefusal::Slow => "408 Request Timeout",
            HttpRefusal::NoLength => "411 Length Required",
            HttpRefusal::LargeBody => "413 Content Too Large",
            HttpRefusal::NoJson => "415 Unsupported Media Type",
            HttpRefusal::LargeHead => "431 Request Header Fields Too Large",
            HttpRefusal::Broken => "500 Internal Server Error",
            HttpRefusal::Busy => "503 Service Unavailable",
            HttpRefusal::Version => "505 HTTP Version Not Supported",
        }
    }
}

/// Reason why there is no request.
#[derive(Debug)]
pub enum NoRequest {
    /// The client is to be told why.
    Refused(HttpRefusal),
    /// The client is gone.
    Gone,
}

impl From<HttpRefusal> for NoRequest {
    fn from(refusal: HttpRefusal) -> NoRequest {
        NoRequest::Refused(refusal)
    }
}

/// Reads the request of a connection.
pub fn read(stream: &mut TcpStream) -> Result<HttpRequest, NoRequest> {
    let deadline = Instant::now() + READING;
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = end_of_head(&bytes) {
            break end;
        }
        if bytes.len() >= MOST_HEAD {
            return Err(HttpRefusal::LargeHead.into());
        }
        more(stream, &mut bytes, MOST_HEAD, deadline)?;
    };
    let mut body = bytes.split_off(end);
    let mut request = head(&bytes[..end - 4])?;
    let length = length(&request)?;
    if body.len() > length {
        return Err(HttpRefusal::Malformed.into());
    }
    while body.len() < length {
        more(stream, &mut body, length, deadline)?;
    }
    request.body = body;
    Ok(request)
}

/// The place after the empty line that ends a head.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// Reads some bytes more, up to so many in all.
fn more(
    stream: &mut TcpStream,
    bytes: &mut Vec<u8>,
    most: usize,
    deadline: Instant,
) -> Result<(), NoRequest> {
    if Instant::now() >= deadline {
        return Err(HttpRefusal::Slow.into());
    }
    if interrupt::asked() {
        return Err(NoRequest::Gone);
    }
    stream.set_read_timeout(Some(PATIENCE)).map_err(|_| NoRequest::Gone)?;
    let mut part = [0; 4_096];
    let room = part.len().min(most - bytes.len());
    match stream.read(&mut part[..room]) {
        Ok(0) => Err(NoRequest::Gone),
        Ok(count) => {
            bytes.extend_from_slice(&part[..count]);
            Ok(())
        }
        Err(error) => match error.kind() {
            io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                Ok(())
            }
            _ => Err(NoRequest::Gone),
        },
    }
}

/// A request without its body, from its lines without the empty one.
fn head(bytes: &[u8]) -> Result<HttpRequest, HttpRefusal> {
    let text = str::from_utf8(bytes).map_err(|_| HttpRefusal::Malformed)?;
    let mut lines = text.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(HttpRefusal::Malformed);
    };
    if version != "HTTP/1.1" {
        return Err(if version.starts_with("HTTP/") {
            HttpRefusal::Version
        } else {
            HttpRefusal::Malformed
        });
    }
    let is_path = target.starts_with('/') && target.bytes().all(|byte| byte.is_ascii_graphic());
    let is_post = match method {
        _ if !is_path => return Err(HttpRefusal::Malformed),
        "GET" => false,
        "POST" => true,
        _ => return Err(HttpRefusal::Method),
    };
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        let (name, value) = header(line)?;
        if headers.iter().any(|(other, _)| *other == name) {
            return Err(HttpRefusal::Malformed);
        }
        headers.push((name, value));
    }
    Ok(HttpRequest { is_post, target: target.to_owned(), headers, body: Vec::new() })
}

/// A header: its name is a token that a colon follows at once, its value has no control character.
fn header(line: &str) -> Result<(String, String), HttpRefusal> {
    let (name, value) = line.split_once(':').ok_or(HttpRefusal::Malformed)?;
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_name = !name.is_empty() && name.bytes().all(is_token);
    let is_value = !value.chars().any(|letter| letter.is_control() && letter != '\t');
    match is_name && is_value {
        true => Ok((name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned())),
        false => Err(HttpRefusal::Malformed),
    }
}

/// The length of a body.
fn length(request: &HttpRequest) -> Result<usize, HttpRefusal> {
    if request.header("transfer-encoding").is_some() {
        return Err(HttpRefusal::NoLength);
    }
    let stated = match request.header("content-length") {
        None if request.is_post => return Err(HttpRefusal::NoLength),
        None => return Ok(0),
        Some(stated) => stated,
    };
    if stated.is_empty() || !stated.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(HttpRefusal::Malformed);
    }
    // A number that is too long to be one is too large a body too.
    let length = stated.parse::<usize>().unwrap_or(usize::MAX);
    match length {
        1.. if !request.is_post => Err(HttpRefusal::Malformed),
        _ if length > MOST_BODY => Err(HttpRefusal::LargeBody),
        _ => Ok(length),
    }
}

/// The kind of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpKind {
    /// A page.
    Html,
    /// Data.
    Json,
    /// Data, a line at a time.
    Lines,
    /// A sentence.
    Text,
}

impl HttpKind {
    fn name(self) -> &'static str {
        match self {
            HttpKind::Html => "text/html; charset=utf-8",
            HttpKind::Json => "application/json",
            HttpKind::Lines => "application/x-ndjson",
            HttpKind::Text => "text/plain; charset=utf-8",
        }
    }
}

/// Answers with all of it at once.
pub fn answer(stream: &mut TcpStream, kind: HttpKind, policy: &str, body: &[u8]) -> io::Result<()> {
    let length = Some(body.len());
    stream.set_write_timeout(Some(WRITING))?;
    stream.write_all(head_of("200 OK", kind, policy, length).as_bytes())?;
    stream.write_all(body)?;
    close(stream)
}

/// Begins an answer that [`close`] ends.
pub fn begin(stream: &mut TcpStream, kind: HttpKind) -> io::Result<()> {
    stream.set_write_timeout(Some(WRITING))?;
    stream.write_all(head_of("200 OK", kind, NOTHING, None).as_bytes())
}

/// Says why a request is refused, and drops what is left of it.
pub fn refuse(stream: &mut TcpStream, refusal: HttpRefusal, why: &str) -> io::Result<()> {
    let status = refusal.status();
    let why = if why.is_empty() { format!("{status}\n") } else { format!("{why}\n") };
    stream.set_write_timeout(Some(WRITING))?;
    stream.write_all(head_of(status, HttpKind::Text, NOTHING, Some(why.len())).as_bytes())?;
    stream.write_all(why.as_bytes())?;
    close(stream)
}

/// Ends an answer. What the client still sends is read for a moment: a socket that is closed over it would take the answer back.
pub fn close(stream: &mut TcpStream) -> io::Result<()> {
    stream.flush()?;
    stream.shutdown(Shutdown::Write)?;
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    let (mut part, mut dropped) = ([0; 16 * 1_024], 0);
    while dropped < MOST_DROPPED {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => break,
            Ok(count) => dropped += count,
        }
    }
    Ok(())
}

/// The policy of what is no page.
const NOTHING: &str = "default-src 'none'";

/// The head of an answer; without a length it ends with the connection.
fn head_of(status: &str, kind: HttpKind, policy: &str, length: Option<usize>) -> String {
    let length = length.map_or_else(String::new, |length| format!("Content-Length: {length}\r\n"));
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {}\r\n{length}Connection: close\r\nCache-Control: no-store\r\n\
         Content-Security-Policy: {policy}; frame-ancestors 'none'\r\nX-Content-Type-Options: nosniff\r\n\
         X-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Opener-Policy: same-origin\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\n\r\n",
        kind.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_head(text: &str) -> Result<HttpRequest, HttpRefusal> {
        head(text.replace('\n', "\r\n").as_bytes())
    }

    #[test]
    fn a_request_is_read_as_it_was_sent() {
        let request = read_head("POST /a/b?c=d HTTP/1.1\nHost: x:1\nContent-Length:  7 ").unwrap();
        assert!(request.is_post);
        assert_eq!(request.target, "/a/b?c=d");
        assert_eq!((request.header("host"), request.header("origin")), (Some("x:1"), None));
        assert_eq!(length(&request), Ok(7));
    }

    #[test]
    fn what_is_unusual_is_refused_and_not_guessed_at() {
        use HttpRefusal::{Malformed, Method, Version};
        for (text, refusal) in [
            ("", Malformed),
            ("GET /", Malformed),
            ("GET  / HTTP/1.1", Malformed),
            ("GET / HTTP/1.1 ", Malformed),
            ("GET http://other/ HTTP/1.1", Malformed),
            ("GET * HTTP/1.1", Malformed),
            ("GET /\u{e9} HTTP/1.1", Malformed),
            ("GET / HTTP/1.0", Version),
            ("GET / HTTP/2", Version),
            ("PUT / HTTP/1.1", Method),
            ("get / HTTP/1.1", Method),
            ("GET / HTTP/1.1\nHost : x", Malformed),
            ("GET / HTTP/1.1\nHost", Malformed),
            ("GET / HTTP/1.1\nHost: x\n folded", Malformed),
            ("GET / HTTP/1.1\nHost: x\nhost: y", Malformed),
            ("GET / HTTP/1.1\nHost: x\u{0}", Malformed),
        ] {
            assert_eq!(read_head(text), Err(refusal), "{text:?}");
        }
        // A line feed alone ends no line, so it is a control character in a value.
        assert_eq!(head(b"GET / HTTP/1.1\r\nA: b\nHost: x"), Err(Malformed));
    }

    #[test]
    fn a_body_has_a_length_that_is_not_too_large() {
        use HttpRefusal::{LargeBody, Malformed, NoLength};
        let of = |method: &str, headers: &str| {
            length(&read_head(&format!("{method} / HTTP/1.1\nHost: x{headers}")).unwrap())
        };
        for (method, headers, wanted) in [
            ("GET", "", Ok(0)),
            ("GET", "\nContent-Length: 0", Ok(0)),
            ("GET", "\nContent-Length: 1", Err(Malformed)),
            ("POST", "", Err(NoLength)),
            ("POST", "\nTransfer-Encoding: chunked", Err(NoLength)),
            ("POST", "\nContent-Length: 65536", Ok(65_536)),
            ("POST", "\nContent-Length: 65537", Err(LargeBody)),
            ("POST", "\nContent-Length: 99999999999999999999999999", Err(LargeBody)),
            ("POST", "\nContent-Length: -1", Err(Malformed)),
            ("POST", "\nContent-Length: +1", Err(Malformed)),
            ("POST", "\nContent-Length: 1, 1", Err(Malformed)),
            ("POST", "\nContent-Length:", Err(Malformed)),
        ] {
            assert_eq!(of(method, headers), wanted, "{method} {headers:?}");
        }
    }
}
