//! Base64 as Go's `base64.StdEncoding` decodes it.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

/// Padding is required, and bits that the last character carries in excess are ignored.
const ENGINE: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// The bytes that `text` encodes, or nothing if it is not base64. Line breaks are skipped anywhere.
#[must_use]
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    ENGINE.decode(digits).ok()
}
