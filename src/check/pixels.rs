//! What the pixels of a picture say: whether some are transparent, and whether there is anything to see.

use std::io::{self, BufReader, ErrorKind};
use std::path::Path;

use png::{ColorType, Decoder, Transformations};

use super::picture_file::Look;
use crate::files;

/// The most pixels of a picture that is decoded: the Store takes none with more.
const MOST_PIXELS: u64 = 3840 * 2160;
/// The fewest colours of a picture that shows something.
pub(super) const FEW: usize = 2;

/// Decodes a PNG line by line, as long as `goes_on`. `None` for a file that is none, or that has more pixels than the Store
/// takes: a small file can have a picture of any size.
///
/// # Errors
/// As the system's; [`ErrorKind::Interrupted`] if it did not go on.
pub(super) fn look(path: &Path, goes_on: &dyn Fn() -> bool) -> io::Result<Option<Look>> {
    let mut decoder = Decoder::new(BufReader::new(files::open(path)?));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let size = decoder.read_header_info().map(|header| (header.width, header.height));
    let Ok((width, height)) = size else { return Ok(None) };
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Ok(None);
    }
    let Ok(mut reader) = decoder.read_info() else { return Ok(None) };
    let (color, samples) = (reader.output_color_type().0, reader.output_color_type().0.samples());
    let has_alpha = matches!(color, ColorType::Rgba | ColorType::GrayscaleAlpha);
    let mut look = Look::default();
    let mut colours: Vec<Vec<u8>> = Vec::new();
    loop {
        if !goes_on() {
            return Err(ErrorKind::Interrupted.into());
        }
        let row = match reader.next_row() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(_) => return Ok(None),
        };
        look.is_transparent |= has_alpha && row.data().chunks_exact(samples).any(|pixel| pixel[samples - 1] < u8::MAX);
        for pixel in row.data().chunks_exact(samples) {
            if colours.len() > FEW {
                break;
            }
            // The colour of a pixel that nobody sees does not count.
            let pixel = if has_alpha && pixel[samples - 1] == 0 { &[] } else { pixel };
            if !colours.iter().any(|own| own == pixel) {
                colours.push(pixel.to_vec());
            }
        }
        if colours.len() > FEW && (look.is_transparent || !has_alpha) {
            break;
        }
    }
    look.is_empty = colours.len() <= FEW;
    Ok(Some(look))
}
