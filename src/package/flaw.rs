//! How a package differs from its block map and its signature.

/// What a package differs from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlawKind {
    /// The block map.
    BlockMap,
    /// The signature.
    Signature,
    /// The publisher of the manifest is not the subject of the certificate that made the signature.
    Signer,
    /// The certificate is self-signed, which is no fault: the Store signs packages itself.
    SelfSigned,
}

/// A place where a package differs from its block map or its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The file; of a package inside another one `outer/inner`.
    pub file: String,
    /// What it differs from.
    pub kind: FlawKind,
    /// What is wrong.
    pub message: String,
}
