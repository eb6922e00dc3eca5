//! TLS: a certificate and its key from PEM files, read again when they are replaced.

use crate::ServiceError;
use arc_swap::ArcSwap;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// What is spoken, in order of preference (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Where certificate and key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those that lead from it to a root, in PEM.
    pub certificate: PathBuf,
    /// Its secret key, in PEM: PKCS #8, PKCS #1 or SEC 1.
    pub key: PathBuf,
}

/// The certificate in force.
pub(crate) struct Tls {
    files: TlsFiles,
    config: ArcSwap<ServerConfig>,
}

impl Tls {
    /// Reads both files, and checks that they belong together.
    pub(crate) fn open(files: &TlsFiles) -> Result<Self, ServiceError> {
        Ok(Self { files: files.clone(), config: ArcSwap::from_pointee(read(files)?) })
    }

    /// Takes what is in the files now; on an error what was before stays in force.
    pub(crate) fn reload(&self) -> Result<(), ServiceError> {
        self.config.store(Arc::new(read(&self.files)?));
        Ok(())
    }

    /// For the next connection.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.config.load_full().into()
    }
}

fn read(files: &TlsFiles) -> Result<ServerConfig, ServiceError> {
    let TlsFiles { certificate, key } = files;
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| unreadable(certificate, &error))?;
    if chain.is_empty() {
        return Err(ServiceError::Certificate { path: certificate.clone(), why: "it holds no certificate".into() });
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error))?;
    let provider = Arc::new(ring::default_provider());
    let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.expect("the provider knows TLS 1.2 and 1.3").with_no_client_auth();
    let mut config = builder.with_single_cert(chain, secret).map_err(|error| {
        let why = match error {
            rustls::Error::InconsistentKeys(_) => format!("the key in {} is not its key", key.display()),
            error => error.to_string(),
        };
        ServiceError::Certificate { path: certificate.clone(), why }
    })?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
    Ok(config)
}

/// What is wrong with a file, without any of its content.
fn unreadable(path: &std::path::Path, error: &rustls::pki_types::pem::Error) -> ServiceError {
    use rustls::pki_types::pem::Error;
    let why = match error {
        Error::Io(error) => error.to_string(),
        Error::NoItemsFound => "it holds no PEM section of the kind that is expected".into(),
        _ => "it is not in the format PEM".into(),
    };
    ServiceError::Certificate { path: path.to_owned(), why }
}
