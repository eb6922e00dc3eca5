//! TLS: a certificate and its key, read from PEM files and again when they are replaced.

use arc_swap::ArcSwap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// ALPN protocols, in order of preference (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The files of a certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by its chain, in PEM.
    pub certificate: PathBuf,
    /// Its secret key, in PEM: PKCS #8, PKCS #1 or SEC 1.
    pub key: PathBuf,
}

/// The certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use TLS with {}: {why}", path.display())]
pub struct TlsError {
    /// The file that is wrong.
    pub path: PathBuf,
    /// What is wrong with it, without any of its content.
    pub why: String,
}

/// The certificate in use.
pub(crate) struct Tls {
    files: TlsFiles,
    config: ArcSwap<ServerConfig>,
}

impl Tls {
    /// Reads both files, and checks that they belong together.
    pub(crate) fn open(files: &TlsFiles) -> Result<Self, TlsError> {
        Ok(Self { files: files.clone(), config: ArcSwap::from_pointee(read(files)?) })
    }

    /// Reads the files again; on an error the previous certificate stays in use.
    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        self.config.store(Arc::new(read(&self.files)?));
        Ok(())
    }

    /// The acceptor for the next connection.
    pub(in crate::net) fn acceptor(&self) -> TlsAcceptor {
        self.config.load_full().into()
    }
}

fn read(files: &TlsFiles) -> Result<ServerConfig, TlsError> {
    let TlsFiles { certificate, key } = files;
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| unreadable(certificate, &error))?;
    if chain.is_empty() {
        return Err(TlsError { path: certificate.clone(), why: "it contains no certificate".into() });
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error))?;
    let provider = Arc::new(ring::default_provider());
    let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.expect("the provider knows TLS 1.2 and 1.3").with_no_client_auth();
    let mut config = builder.with_single_cert(chain, secret).map_err(|error| {
        let why = match error {
            rustls::Error::InconsistentKeys(_) => format!("the key in {} does not belong to it", key.display()),
            error => error.to_string(),
        };
        TlsError { path: certificate.clone(), why }
    })?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
    Ok(config)
}

/// Describes what is wrong with a file, without any of its content.
fn unreadable(path: &Path, error: &rustls::pki_types::pem::Error) -> TlsError {
    use rustls::pki_types::pem::Error;
    let why = match error {
        Error::Io(error) => error.to_string(),
        Error::NoItemsFound => "it has no PEM section of the expected kind".into(),
        _ => "it is not in PEM format".into(),
    };
    TlsError { path: path.to_owned(), why }
}
