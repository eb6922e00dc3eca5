//! TLS, HTTP/2 and Unix sockets, with other implementations than the service's.

use super::fixture::{Data, Running};
use crate::{Config, Listener, Service, TlsFiles};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Writes a new certificate for `localhost` and its key, and returns the certificate.
fn certify(files: &TlsFiles) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    for (path, text) in [(&files.certificate, cert.pem()), (&files.key, signing_key.serialize_pem())] {
        fs::write(path, text).expect("writable");
    }
    cert.der().clone()
}

fn files(dir: &Path) -> TlsFiles {
    TlsFiles { certificate: dir.join("certificate.pem"), key: dir.join("key.pem") }
}

/// Connects as a client that trusts only this certificate.
async fn connect(address: &str, root: &CertificateDer<'static>, alpn: &[u8]) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).expect("a certificate");
    let provider = Arc::new(ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config = versions.expect("versions").with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![alpn.to_vec()];
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// Requests a path over HTTP/2, several times at once, and returns the statuses.
async fn ask_h2(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, path: &str) -> Vec<u16> {
    let (client, connection) = h2::client::handshake(stream).await.expect("HTTP/2");
    let driver = tokio::spawn(connection);
    let mut client = client.ready().await.expect("ready");
    let answers: Vec<_> = (0..8)
        .map(|_| {
            let request = axum::http::Request::get(format!("https://localhost{path}")).body(()).expect("a request");
            client.send_request(request, true).expect("sent").0
        })
        .collect();
    let mut statuses = Vec::new();
    for answer in answers {
        let answer = answer.await.expect("an answer");
        statuses.push(answer.status().as_u16());
        let mut body = answer.into_body();
        while let Some(bytes) = body.data().await {
            let length = bytes.expect("whole").len();
            body.flow_control().release_capacity(length).expect("capacity");
        }
    }
    driver.abort();
    statuses
}

#[test]
fn both_protocols_work_over_tls_and_a_new_certificate_is_used() {
    let data = Data::keyed(10);
    let dir = tempfile::tempdir().expect("a directory");
    let files = files(dir.path());
    let first = certify(&files);
    let service = Service::open(Config { tls: Some(files.clone()), ..data.config() }).expect("sound");
    let running = Running::start(service);
    let runtime = Runtime::new().expect("a runtime");
    let connects = |root: &CertificateDer<'static>| runtime.block_on(connect(running.address(), root, b"h2"));
    let path = "/healthz";
    let stream = connects(&first).expect("the certificate");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    assert_eq!(runtime.block_on(ask_h2(stream, path)), [200; 8]);
    let mut one = runtime.block_on(connect(running.address(), &first, b"http/1.1")).expect("the certificate");
    assert_eq!(one.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let answer = runtime.block_on(async {
        one.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("sent");
        let mut answer = String::new();
        // How the connection ends does not matter.
        let _ = one.read_to_string(&mut answer).await;
        answer
    });
    assert!(answer.contains("strict-transport-security: max-age=31536000\r\n"), "{answer}");

    fs::write(&files.certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").expect("writable");
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    assert!(connects(&first).is_ok(), "a bad certificate is rejected, and the previous one stays in use");
    let second = certify(&files);
    running.until("the new certificate", |_| connects(&second).is_ok());
    assert!(connects(&first).is_err(), "the previous one is no longer used");
}

#[test]
fn http2_works_without_tls_for_clients_that_begin_with_it() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    assert_eq!(running.get("/").header("strict-transport-security"), "", "a service without TLS does not promise it");
    let path = format!("/v1/range/{}/a.txt", running.current());
    let runtime = Runtime::new().expect("a runtime");
    let stream = runtime.block_on(TcpStream::connect(running.address())).expect("listening");
    assert_eq!(runtime.block_on(ask_h2(stream, &path)), [200; 8]);
}

#[test]
fn invalid_certificates_and_keys_are_named() {
    let data = Data::keyed(10);
    let dir = tempfile::tempdir().expect("a directory");
    let files = files(dir.path());
    let rejection = || {
        let config = Config { tls: Some(files.clone()), ..data.config() };
        Service::open(config).expect_err("no certificate").to_string()
    };
    assert!(rejection().contains("certificate.pem: No such file"), "{}", rejection());
    certify(&files);
    let key = fs::read(&files.key).expect("readable");
    certify(&files);
    fs::write(&files.key, key).expect("writable");
    assert!(rejection().ends_with("key.pem does not belong to it"), "{}", rejection());
    fs::write(&files.key, "no key").expect("writable");
    assert!(rejection().contains("key.pem: it has no PEM section"), "{}", rejection());
    fs::write(&files.certificate, "").expect("writable");
    assert!(rejection().ends_with("certificate.pem: it contains no certificate"), "{}", rejection());
}

#[test]
fn a_unix_socket_is_for_owner_and_group_and_removed_at_the_end() {
    let data = Data::keyed(10);
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("socket");
    let address = format!("unix:{}", path.display()).parse().expect("an address");
    let runtime = Runtime::new().expect("a runtime");
    // As left behind by a killed service.
    drop(std::os::unix::net::UnixListener::bind(&path).expect("bound"));
    let listener = runtime.block_on(Listener::bind(&address)).expect("the path is free again");
    assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o660);
    runtime.block_on(Listener::bind(&address)).expect_err("somebody listens there");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = runtime.spawn(data.service().serve(listener, async { drop(stopped.await) }));
    let mut stream = UnixStream::connect(&path).expect("listening");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an end");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(stop);
    runtime.block_on(serving).expect("stopped");
    assert!(!path.exists());
}
