//! Who trusts whom: a server is its certificate, a player is an Ed25519 key.
//!
//! The server makes a certificate for itself and keeps it; a client remembers the certificate's
//! fingerprint per address the first time, and refuses another one later (trust on first use, as SSH).
//! The client proves its key in the same TLS handshake, with a self-signed certificate of its own, so
//! no message has to carry a proof and no address means anything (RFC 8446, section 4.4.2).
//!
//! ```
//! use netcode::quic::tls::{Identity, pinned};
//! let (server, player) = (Identity::generate()?, Identity::generate()?);
//! assert!(player.key().is_some(), "servers know a player by its key");
//! assert!(pinned(server.fingerprint())(player.fingerprint()).is_err());
//! # Ok::<(), netcode::quic::tls::TlsError>(())
//! ```

use crate::server::PeerKey;
use quinn_proto::crypto::{
    Session,
    rustls::{QuicClientConfig, QuicServerConfig},
};
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{
        CryptoProvider, WebPkiSupportedAlgorithms,
        ring::{self, cipher_suite},
        verify_tls13_signature,
    },
    pki_types::{
        CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime, pem::PemObject,
    },
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use std::{fmt, fs, io::Write, path::Path, sync::Arc};
use webpki::EndEntityCert;

/// Names the protocol in TLS, so that nothing else that speaks QUIC is taken for a game.
const ALPN: &[u8] = b"netcode/1";
/// What precedes the 32 bytes of an Ed25519 key in a certificate (RFC 8410, section 4).
const ED25519_PREFIX: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0];

/// SHA-256 of a certificate: what people compare and clients remember.
///
/// ```
/// use netcode::quic::tls::Fingerprint;
/// let shown = Fingerprint([0xab; 32]).to_string();
/// assert_eq!(shown.parse::<Fingerprint>()?, Fingerprint([0xab; 32]));
/// assert!("abcd".parse::<Fingerprint>().is_err());
/// # Ok::<(), netcode::quic::tls::TlsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = TlsError;

    fn from_str(text: &str) -> Result<Self, TlsError> {
        let mut bytes = [0; 32];
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(TlsError::Fingerprint);
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| TlsError::Fingerprint)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| TlsError::Fingerprint)?;
        }
        Ok(Self(bytes))
    }
}

/// Decides about a server's certificate: `Ok`, or why it is not to be trusted.
///
/// ```
/// use netcode::quic::tls::{Fingerprint, Trust};
/// use std::sync::{Arc, OnceLock};
/// let known = OnceLock::new(); // a game would keep it in a file, for each address
/// let first_use: Trust = Arc::new(move |found| {
///     let known = known.get_or_init(|| found);
///     (*known == found).then_some(()).ok_or_else(|| "another server than the last time".to_owned())
/// });
/// assert!(first_use(Fingerprint([1; 32])).is_ok() && first_use(Fingerprint([2; 32])).is_err());
/// ```
pub type Trust = Arc<dyn Fn(Fingerprint) -> Result<(), String> + Send + Sync>;

/// Trusts one certificate and no other: for who was told the fingerprint beforehand.
///
/// ```
/// use netcode::quic::tls::{Identity, pinned};
/// let (server, other) = (Identity::generate()?, Identity::generate()?);
/// let trust = pinned(server.fingerprint());
/// assert!(trust(server.fingerprint()).is_ok() && trust(other.fingerprint()).is_err());
/// # Ok::<(), netcode::quic::tls::TlsError>(())
/// ```
#[must_use]
pub fn pinned(expected: Fingerprint) -> Trust {
    Arc::new(move |found| {
        let refused = || format!("this is another server than the one expected: {found}");
        (found == expected).then_some(()).ok_or_else(refused)
    })
}

/// What can go wrong with keys and certificates.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The system has no randomness.
    #[error("the system gives no random bytes")]
    NoRandomness,
    /// A key or certificate can't be made.
    #[error("can't make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// The file can't be read or written.
    #[error("can't keep the certificate in {path}: {error}")]
    File {
        /// Which file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The file holds something else.
    #[error("{path} holds no certificate with its key; move it away and a new one is made")]
    Unreadable {
        /// Which file.
        path: String,
    },
    /// The certificate and the key are refused by the TLS library.
    #[error("the certificate is not usable: {0}")]
    Unusable(#[from] Error),
    /// The text is not 64 hexadecimal digits.
    #[error("a fingerprint is 64 hexadecimal digits")]
    Fingerprint,
}

/// A key with a certificate for it.
///
/// ```
/// use netcode::quic::tls::Identity;
/// let file = std::env::temp_dir().join(format!("netcode-identity-{}.pem", std::process::id()));
/// let made = Identity::keep(&file)?;
/// let found = Identity::keep(&file)?; // the next time it is there
/// assert_eq!(made.key(), found.key());
/// # std::fs::remove_file(&file).ok();
/// # Ok::<(), netcode::quic::tls::TlsError>(())
/// ```
#[derive(Debug)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
}

impl Identity {
    /// A new key, which nothing remembers.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn generate() -> Result<Self, TlsError> {
        let (certificate, key) = make()?;
        Ok(Self {
            certificate: certificate.der().clone(),
            key: PrivatePkcs8KeyDer::from(key.serialize_der()),
        })
    }

    /// What a server makes the tokens of stateless resets with (RFC 9000, section 10.3): the same after it was
    /// started anew, and known to nobody without the identity.
    pub(super) fn reset_key(&self) -> ::ring::hmac::Key {
        use ::ring::hmac;
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.key.secret_pkcs8_der());
        hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, b"netcode stateless reset").as_ref())
    }

    /// The key in this file; made, and readable only for its owner, when there is no such file.
    ///
    /// # Errors
    /// When the file can't be read or written, or holds something else.
    pub fn keep(path: &Path) -> Result<Self, TlsError> {
        let fail = |error| TlsError::File { path: path.display().to_string(), error };
        match fs::read(path) {
            Ok(pem) => Self::parse(&pem)
                .ok_or_else(|| TlsError::Unreadable { path: path.display().to_string() }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let (certificate, key) = make()?;
                let pem = format!("{}{}", certificate.pem(), key.serialize_pem());
                write_private(path, pem.as_bytes()).map_err(fail)?;
                Self::parse(pem.as_bytes())
                    .ok_or_else(|| TlsError::Unreadable { path: path.display().to_string() })
            }
            Err(error) => Err(fail(error)),
        }
    }

    /// What the other side will know this identity by.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint(&self.certificate)
    }

    /// The public key that servers will know this identity by.
    #[must_use]
    pub fn key(&self) -> Option<PeerKey> {
        ed25519_key(&self.certificate)
    }

    fn parse(pem: &[u8]) -> Option<Self> {
        let certificate = CertificateDer::from_pem_slice(pem).ok()?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(pem).ok()?;
        Some(Self { certificate, key })
    }

    fn chain(&self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        (vec![self.certificate.clone()], PrivateKeyDer::Pkcs8(self.key.clone_key()))
    }
}

fn make() -> Result<(rcgen::Certificate, rcgen::KeyPair), rcgen::Error> {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519)?;
    let certificate =
        rcgen::CertificateParams::new(vec!["netcode".to_owned()])?.self_signed(&key)?;
    Ok((certificate, key))
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn fingerprint(certificate: &CertificateDer<'_>) -> Fingerprint {
    let digest = ::ring::digest::digest(&::ring::digest::SHA256, certificate);
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    Fingerprint(bytes)
}

/// The key that a client has proved in the handshake.
pub(super) fn peer_key(session: &dyn Session) -> Option<PeerKey> {
    let identity = session.peer_identity()?;
    let chain = identity.downcast_ref::<Vec<CertificateDer<'static>>>()?;
    ed25519_key(chain.first()?)
}

fn ed25519_key(certificate: &CertificateDer<'_>) -> Option<PeerKey> {
    let info = EndEntityCert::try_from(certificate).ok()?.subject_public_key_info();
    let key = info.as_ref().strip_prefix(&ED25519_PREFIX)?;
    Some(PeerKey(key.try_into().ok()?))
}

/// What ring offers, AES-128 first: the others cost more for each packet, and a packet of a game is not
/// worth breaking it.
fn provider() -> Arc<CryptoProvider> {
    let cipher_suites = vec![
        cipher_suite::TLS13_AES_128_GCM_SHA256,
        cipher_suite::TLS13_AES_256_GCM_SHA384,
        cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
    ];
    Arc::new(CryptoProvider { cipher_suites, ..ring::default_provider() })
}

/// How a server proves itself and asks clients for their keys; for other endpoints than ours, too.
///
/// # Errors
/// When the identity is not usable.
pub fn server(identity: &Identity) -> Result<QuicServerConfig, TlsError> {
    let provider = provider();
    let verifier = Arc::new(AnyKey { algorithms: provider.signature_verification_algorithms });
    let (chain, key) = identity.chain();
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    // No early data: replayed inputs would be applied twice (RFC 9001, section 9.2).
    config.max_early_data_size = 0;
    config.send_tls13_tickets = 0;
    QuicServerConfig::try_from(config).map_err(|_| Error::General("no initial suite".into()).into())
}

/// How a client proves its key and trusts servers; for other endpoints than ours, too.
///
/// # Errors
/// When the identity is not usable.
pub fn client(identity: &Identity, trust: Trust) -> Result<QuicClientConfig, TlsError> {
    let provider = provider();
    let algorithms = provider.signature_verification_algorithms;
    let (chain, key) = identity.chain();
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(KnownServer { trust, algorithms }))
        .with_client_auth_cert(chain, key)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.enable_sni = false;
    QuicClientConfig::try_from(config).map_err(|_| Error::General("no initial suite".into()).into())
}

/// Accepts any client that proves an Ed25519 key: keys are names here, not permissions.
#[derive(Debug)]
struct AnyKey {
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for AnyKey {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match ed25519_key(certificate) {
            Some(_) => Ok(ClientCertVerified::assertion()),
            None => Err(Error::General("a player's key is an Ed25519 key".into())),
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("QUIC has no TLS 1.2".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

/// Asks the game's own rule about the server's certificate, and checks that the server has its key.
struct KnownServer {
    trust: Trust,
    algorithms: WebPkiSupportedAlgorithms,
}

impl fmt::Debug for KnownServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownServer").finish_non_exhaustive()
    }
}

impl ServerCertVerifier for KnownServer {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        (self.trust)(fingerprint(certificate)).map_err(Error::General)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("QUIC has no TLS 1.2".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Sixteen bytes that nobody else knows.
pub(super) fn secret() -> Result<[u8; 16], TlsError> {
    let mut bytes = [0; 16];
    let random = ::ring::rand::SystemRandom::new();
    ::ring::rand::SecureRandom::fill(&random, &mut bytes).map_err(|_| TlsError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_kept_and_found_again() {
        let folder = std::env::temp_dir().join(format!("netcode-tls-{}", std::process::id()));
        let path = folder.join("identity.pem");
        let made = Identity::keep(&path).unwrap().fingerprint();
        assert_eq!(Identity::keep(&path).unwrap().fingerprint(), made);
        fs::write(&path, "nonsense").unwrap();
        assert!(matches!(Identity::keep(&path), Err(TlsError::Unreadable { .. })));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_fingerprint_is_read_as_it_is_written() {
        let fingerprint = Identity::generate().unwrap().fingerprint();
        assert_eq!(fingerprint.to_string().parse::<Fingerprint>().unwrap(), fingerprint);
        assert!("abc".parse::<Fingerprint>().is_err());
    }

    #[test]
    fn a_sign_is_no_digit_of_a_fingerprint() {
        // Found by the fuzzer: a number may begin with a plus, and one of these was read as 05.
        assert!("+5".repeat(32).parse::<Fingerprint>().is_err());
    }

    #[test]
    fn a_certificate_tells_its_ed25519_key() {
        let identity = Identity::generate().unwrap();
        assert!(ed25519_key(&identity.certificate).is_some());
    }
}
