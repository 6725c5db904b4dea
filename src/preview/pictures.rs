//! Small copies of the pictures, which become a part of the page.

use std::collections::{HashMap, HashSet};
use std::io::Cursor;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::files;
use crate::listing::folder::{Folder, tag_of};

/// The largest width of a copy in pixels; the page shows none larger.
const WIDTH: u32 = 480;
/// Up to this many bytes a file is its own copy.
const SMALL: usize = 200 << 10;
/// The largest picture that is read: the Store takes none above 3840 x 2160 pixels and 50 MB.
const MOST_PIXELS: u64 = 5_000 * 5_000;
const MOST_BYTES: u64 = 50 << 20;
/// The most bytes of all copies; a picture that is shown several times counts each time. Further pictures are told by their
/// names.
const MOST_COPIED: usize = 20 << 20;
const TOO_MANY: &str = "the page has as many pictures as it may have";

/// The files of the pictures, and the copies that were made.
#[derive(Debug, Default)]
pub struct Pictures {
    /// By their names in the ZIP.
    files: HashMap<String, PathBuf>,
    /// By the part of their names that says what is in them.
    tagged: HashMap<String, PathBuf>,
    copies: HashMap<String, Result<Copy, &'static str>>,
    /// The names of those that are shown.
    shown: HashSet<String>,
    /// The bytes of all copies on the page.
    copied: usize,
}

/// A copy of a picture.
#[derive(Clone, Debug)]
pub(super) struct Copy {
    /// `data:image/png;base64,…`.
    pub(super) address: String,
    /// The pixels and the bytes of the file.
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bytes: usize,
}

impl Pictures {
    /// The pictures of these files, each with its name in the ZIP.
    pub fn of(files: impl IntoIterator<Item = (String, PathBuf)>) -> Pictures {
        Pictures { files: files.into_iter().collect(), ..Pictures::default() }
    }

    /// Adds the pictures of a folder of listings, which the names of images lead to whether they are new or not.
    #[must_use]
    pub fn with_folder(mut self, folder: &Folder) -> Pictures {
        self.tagged.extend(folder.media().map(|media| (media.tag().to_owned(), folder.path(&media.file))));
        self
    }

    /// The number of pictures that the page shows.
    pub(super) fn shown(&self) -> usize {
        self.shown.len()
    }

    /// A copy of the picture with this name, for one place of the page, or why there is none.
    pub(super) fn copy(&mut self, name: &str) -> Result<Copy, &'static str> {
        if !self.copies.contains_key(name) {
            let copy = if self.copied < MOST_COPIED { self.made(name) } else { Err(TOO_MANY) };
            self.copies.insert(name.to_owned(), copy);
        }
        let copy = self.copies.get(name).cloned().unwrap_or(Err(TOO_MANY))?;
        if self.copied >= MOST_COPIED {
            return Err(TOO_MANY);
        }
        self.copied += copy.address.len();
        self.shown.insert(name.to_owned());
        Ok(copy)
    }

    fn made(&self, name: &str) -> Result<Copy, &'static str> {
        let tagged = || tag_of(name).and_then(|tag| self.tagged.get(&tag));
        let path = self.files.get(name).or_else(tagged).ok_or("the API gives no address of it")?;
        let bytes = files::read(path, MOST_BYTES).map_err(|_| "its file can't be read")?;
        copied(&bytes).ok_or("its file is no PNG that can be shown")
    }
}

/// A copy of a PNG file, smaller if the file is large.
fn copied(bytes: &[u8]) -> Option<Copy> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    let header = decoder.read_header_info().ok()?;
    let (width, height) = (header.width, header.height);
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return None;
    }
    let address = if bytes.len() <= SMALL { address(bytes) } else { address(&scaled(decoder, width, height)?) };
    Some(Copy { address, width, height, bytes: bytes.len() })
}

fn address(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png))
}

/// A PNG of at most [`WIDTH`] pixels, each of which is the mean of a square of the original.
fn scaled(mut decoder: png::Decoder<Cursor<&[u8]>>, width: u32, height: u32) -> Option<Vec<u8>> {
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let color = reader.output_color_type().0;
    let channels = color.samples();
    let side = width.div_ceil(WIDTH).max(1) as usize;
    let (columns, rows) = ((width as usize).div_ceil(side), (height as usize).div_ceil(side));
    let mut pixels = vec![0; columns * rows * channels];
    let mut frame = vec![0; reader.output_buffer_size()?];
    reader.next_frame(&mut frame).ok()?;
    let line = width as usize * channels;
    for row in 0..rows {
        for column in 0..columns {
            let (across, down) = (side.min(width as usize - column * side), side.min(height as usize - row * side));
            for channel in 0..channels {
                let mut sum = 0;
                for y in row * side..row * side + down {
                    let start = y * line + column * side * channels + channel;
                    sum += (0..across).map(|x| u32::from(frame[start + x * channels])).sum::<u32>();
                }
                pixels[(row * columns + column) * channels + channel] = (sum / (across * down) as u32) as u8;
            }
        }
    }
    let mut copy = Vec::new();
    let mut encoder = png::Encoder::new(&mut copy, columns as u32, rows as u32);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().ok()?.write_image_data(&pixels).ok()?;
    Some(copy)
}
