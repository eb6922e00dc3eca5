//! TCP and Unix listeners: their addresses, binding, and accepting connections.

use std::fmt;
use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

/// Owner and group may connect to a Unix socket; a proxy in front runs as one of them.
const SOCKET_MODE: u32 = 0o660;

/// Precedes the path of a Unix socket.
const UNIX: &str = "unix:";

/// An address to listen on: `127.0.0.1:8080`, `[::1]:8080` or `unix:PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// Port 0 means any free port.
    Tcp(SocketAddr),
    /// A socket in the file system, of mode 0660.
    Unix(PathBuf),
}

/// The text is not an address to listen on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an address to listen on, such as 127.0.0.1:8080 or unix:/run/exposure.sock")]
pub struct ListenAddressError(String);

/// A bound listener.
#[derive(Debug)]
pub enum Listener {
    /// On an address and port.
    Tcp(TcpListener),
    /// On a path, which is removed when the listener is dropped.
    Unix(UnixSocket),
}

/// A listener on a path.
#[derive(Debug)]
pub struct UnixSocket {
    listener: UnixListener,
    path: PathBuf,
}

/// An accepted connection.
pub(in crate::net) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "{UNIX}{}", path.display()),
        }
    }
}

impl FromStr for ListenAddress {
    type Err = ListenAddressError;

    fn from_str(text: &str) -> Result<Self, ListenAddressError> {
        let path = text.strip_prefix(UNIX).filter(|path| !path.is_empty()).map(|path| Self::Unix(path.into()));
        path.or_else(|| text.parse().ok().map(Self::Tcp)).ok_or_else(|| ListenAddressError(text.to_owned()))
    }
}

impl Listener {
    /// Binds an address. A Unix socket left behind by a service that no longer runs is replaced.
    pub async fn bind(address: &ListenAddress) -> io::Result<Self> {
        match address {
            ListenAddress::Tcp(address) => Ok(Self::Tcp(TcpListener::bind(address).await?)),
            ListenAddress::Unix(path) => Ok(Self::Unix(UnixSocket::bind(path).await?)),
        }
    }

    /// Its URL: `http://127.0.0.1:8080/` (or `https`), or `unix:PATH`.
    pub fn url(&self, is_tls: bool) -> io::Result<String> {
        match self {
            Self::Tcp(listener) => {
                let scheme = if is_tls { "https" } else { "http" };
                Ok(format!("{scheme}://{}/", listener.local_addr()?))
            }
            Self::Unix(socket) => Ok(format!("{UNIX}{}", socket.path.display())),
        }
    }

    /// The next connection and its peer's address; a Unix socket has none.
    pub(super) async fn accept(&self) -> io::Result<(Stream, Option<SocketAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Responses are written whole, so Nagle's algorithm would only delay them.
                drop(stream.set_nodelay(true));
                Ok((Stream::Tcp(stream), Some(peer)))
            }
            Self::Unix(socket) => Ok((Stream::Unix(socket.listener.accept().await?.0), None)),
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}

impl UnixSocket {
    async fn bind(path: &Path) -> io::Result<Self> {
        let is_socket = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
        if is_socket {
            match UnixStream::connect(path).await {
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path)?,
                _ => return Err(ErrorKind::AddrInUse.into()),
            }
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, Permissions::from_mode(SOCKET_MODE))?;
        Ok(Self { listener, path: path.to_owned() })
    }
}

impl Drop for UnixSocket {
    fn drop(&mut self) {
        // If it cannot be removed, the next start replaces it.
        drop(fs::remove_file(&self.path));
    }
}
