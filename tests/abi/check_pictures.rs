//! The rules about pictures, with files that are made here.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use storeship::zip::crc32;
use tempfile::TempDir;

use crate::check::{checked, document, finds, member, of, passes, with};

/// A PNG of `width` x `height` pixels, in which the bits, the interlacing and the chunks before the pixels can be set. The
/// pixels are no picture, which nothing here decodes.
pub(crate) struct Png {
    pixels: (u32, u32),
    depth: u8,
    interlace: u8,
    chunks: Vec<(&'static [u8; 4], Vec<u8>)>,
    seed: u8,
}

impl Png {
    pub(crate) fn of(width: u32, height: u32) -> Png {
        Png { pixels: (width, height), depth: 8, interlace: 0, chunks: Vec::new(), seed: 0 }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut header = [self.pixels.0.to_be_bytes(), self.pixels.1.to_be_bytes()].concat();
        header.extend([self.depth, 2, 0, 0, self.interlace]);
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        let chunks = [(b"IHDR", header)].into_iter().chain(self.chunks.clone());
        for (kind, data) in chunks.chain([(b"IDAT", vec![self.seed; 99]), (b"IEND", Vec::new())]) {
            bytes.extend((data.len() as u32).to_be_bytes());
            let start = bytes.len();
            bytes.extend(kind);
            bytes.extend(data);
            let sum = crc32(&bytes[start..]);
            bytes.extend(sum.to_be_bytes());
        }
        bytes
    }
}

/// The findings in a submission whose first picture has this type and this file.
fn with_file(image_type: &str, bytes: &[u8]) -> Vec<Value> {
    checked_file(image_type, bytes, false)
}

fn checked_file(image_type: &str, bytes: &[u8], full: bool) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("1.png"), bytes).unwrap();
    let document = with(&(member("images") + "/0/imageType"), json!(image_type));
    let path = folder.path().join("1.png");
    let result = checked(json!({"document": document, "files": [{"path": path.to_str().unwrap()}], "full": full}));
    assert_eq!(result["counts"]["pictures"], 1);
    result["findings"].as_array().unwrap().clone()
}

#[track_caller]
fn file_finds(id: &str, severity: &str, bytes: &[u8], message: &str) {
    let findings = with_file("Screenshot", bytes);
    let own = of(id, &findings);
    assert_eq!(own.len(), 1, "{id}: {findings:#?}");
    assert_eq!(own[0].0, severity);
    assert_eq!(own[0].1, member("images") + "/0");
    assert!(own[0].2.contains(message), "{}", own[0].2);
}

#[test]
fn a_picture_is_a_whole_png() {
    let good = Png::of(1920, 1080).bytes();
    assert_eq!(of("I01", &with_file("Screenshot", &good)), []);
    let mut wrong = good.clone();
    *wrong.last_mut().unwrap() ^= 1;
    let mut pixels = good.clone();
    let at = pixels.len() - 20;
    pixels[at] ^= 1;
    let cases: [(Vec<u8>, &str); 10] = [
        (b"\xff\xd8\xff\xe0....".to_vec(), "a JPEG"),
        (b"RIFF....WEBPVP8 ".to_vec(), "a WebP"),
        (b"GIF89a".to_vec(), "a GIF"),
        (b"version https://git-lfs.github.com/spec/v1\n".to_vec(), "Git LFS"),
        (Vec::new(), "empty"),
        (b"hello".to_vec(), "no picture"),
        (good[..good.len() / 2].to_vec(), "cut short"),
        (good[..good.len() - 12].to_vec(), "no end"),
        (wrong, "checksum of its chunk IEND"),
        (pixels, "checksum of its chunk IDAT"),
    ];
    for (bytes, message) in cases {
        file_finds("I01", "error", &bytes, message);
    }
    file_finds("I01", "warning", &[good.as_slice(), b"x"].concat(), "goes on after its end");
    let no_header = [&good[..8], &good[33..]].concat();
    file_finds("I01", "error", &no_header, "no header");
}

#[test]
fn unusual_pictures() {
    let mut animated = Png::of(1920, 1080);
    animated.chunks.push((b"acTL", vec![0; 8]));
    file_finds("I02", "warning", &animated.bytes(), "animated");
    file_finds("I02", "information", &Png { interlace: 1, ..Png::of(1920, 1080) }.bytes(), "interlaced");
    file_finds("I02", "information", &Png { depth: 16, ..Png::of(1920, 1080) }.bytes(), "16 bits");
    assert_eq!(of("I02", &with_file("Screenshot", &Png::of(1920, 1080).bytes())), []);
}

#[test]
fn a_picture_has_at_most_fifty_megabytes() {
    let with_size = |bytes: usize| {
        let mut png = Png::of(1920, 1080);
        png.chunks.push((b"tEXt", vec![b'a'; bytes - Png::of(1, 1).bytes().len() - 12]));
        of("I03", &with_file("Screenshot", &png.bytes()))
    };
    assert_eq!(with_size(49_999_999), []);
    assert_eq!(with_size(50_000_000)[0].0, "warning");
    assert_eq!(with_size(52_428_801)[0].0, "error");
}

#[test]
fn each_type_has_its_pixels() {
    for (image_type, good, bad) in [
        ("Screenshot", vec![(1366, 768), (768, 1366), (3840, 2160), (2160, 3840), (1920, 1080)], (1366, 767)),
        ("Screenshot", vec![(1400, 800)], (3841, 2160)),
        ("XboxScreenshot", vec![(1920, 1080), (3840, 2160)], (1919, 1080)),
        ("HoloLensScreenshot", vec![(1268, 720)], (1267, 720)),
        ("StoreLogo9x16", vec![(720, 1080), (1440, 2160)], (1080, 720)),
        ("StoreLogoSquare", vec![(1080, 1080), (2160, 2160)], (1080, 1081)),
        ("Icon", vec![(300, 300)], (299, 300)),
        ("PromotionalArt16x9", vec![(1920, 1080), (3840, 2160)], (2560, 1440)),
        ("XboxBrandedKeyArt", vec![(584, 800)], (800, 584)),
        ("XboxTitledHeroArt", vec![(1920, 1080)], (3840, 2160)),
        ("XboxFeaturedPromotionalArt", vec![(1080, 1080)], (1081, 1080)),
        ("PromotionalArtwork2400X1200", vec![(2400, 1200)], (2401, 1200)),
        ("SquareIcon358X358", vec![(358, 358)], (358, 359)),
        ("BackgroundImage1000X800", vec![(1000, 800)], (800, 1000)),
        ("PromotionalArtwork414X180", vec![(414, 180)], (414, 181)),
    ] {
        for (width, height) in good {
            assert_eq!(of("I04", &with_file(image_type, &Png::of(width, height).bytes())), [], "{image_type}");
        }
        let found = with_file(image_type, &Png::of(bad.0, bad.1).bytes());
        let own: Vec<&Value> = found.iter().filter(|finding| finding["id"] == "I04").collect();
        assert_eq!((own.len(), &own[0]["severity"]), (1, &json!("error")), "{image_type}");
        assert_eq!(own[0]["found"], format!("{} x {}", bad.0, bad.1));
    }
    assert_eq!(of("I04", &with_file("MobileScreenshot", &Png::of(1, 1).bytes()))[0].0, "warning");
    // Live listings have some.
    assert_eq!(of("I04", &with_file("Screenshot", &Png::of(1365, 768).bytes()))[0].0, "warning");
    assert_eq!(of("I04", &with_file("Screenshot", &Png::of(768, 1365).bytes()))[0].0, "warning");
}

#[test]
fn types_are_written_as_the_service_does() {
    let typed = |name: &str| with(&(member("images") + "/0/imageType"), json!(name));
    assert_eq!(finds("I11", "error", typed("screenshot"))["remedy"], "write Screenshot");
    finds("I11", "warning", typed("Poster"));
    passes("I11", typed("Unknown"));
}

#[test]
fn counts_of_pictures() {
    let images = |image_type: &str, count: usize| {
        let mut document = document();
        let list = document.pointer_mut(&member("images")).unwrap().as_array_mut().unwrap();
        list.extend((0..count).map(|at| json!({"fileName": format!("more{at}.png"), "imageType": image_type})));
        document
    };
    passes("I05", images("Screenshot", 6));
    finds("I05", "error", images("Screenshot", 7));
    passes("I05", images("XboxScreenshot", 8));
    finds("I05", "error", images("XboxScreenshot", 9));
    finds("I05", "error", images("Icon", 2));
    let many = images("Screenshot", 7);
    let live = checked(json!({"document": many, "base": many}));
    assert_eq!(of("I05", live["findings"].as_array().unwrap())[0].0, "warning");
    let mut few = document();
    few.pointer_mut(&member("images")).unwrap().as_array_mut().unwrap().truncate(3);
    finds("I05", "warning", few);
}

#[test]
fn captions() {
    let caption = |length: usize| with(&(member("images") + "/0/description"), json!("x".repeat(length)));
    finds("I08", "error", caption(201));
    passes("I08", caption(200));
    let mut two = caption(10);
    let mut copy = document()["listings"]["en-us"].clone();
    copy["baseListing"]["description"] = json!("Andere");
    two["listings"]["de-de"] = copy;
    assert_eq!(finds("I08", "information", two)["language"], "de-de");
}

/// Writes a picture into a folder of listings.
pub(crate) fn picture(folder: &TempDir, path: &str, seed: u8) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, Png { seed, ..Png::of(1920, 1080) }.bytes()).unwrap();
}

#[test]
fn the_same_picture_twice() {
    let folder = tempfile::tempdir().unwrap();
    let found = |folder: &Path| {
        let result = checked(json!({"listingPath": folder.to_str().unwrap()}));
        of("I07", result["findings"].as_array().unwrap()).into_iter().map(|(severity, ..)| severity).collect::<Vec<_>>()
    };
    picture(&folder, "listings/en-us/images/Screenshot/01.png", 1);
    picture(&folder, "listings/en-us/images/Screenshot/02.png", 2);
    picture(&folder, "listings/de-de/images/Screenshot/01.png", 3);
    picture(&folder, "listings/en-gb/images/Screenshot/01.png", 1);
    assert_eq!(found(folder.path()), Vec::<String>::new());
    picture(&folder, "listings/de-de/images/Screenshot/01.png", 1);
    // Once for the language before it, and once for each picture after it that is the same.
    assert_eq!(found(folder.path()).first().map(String::as_str), Some("information"));
    picture(&folder, "listings/en-us/images/Screenshot/02.png", 1);
    assert_eq!(found(folder.path()).first().map(String::as_str), Some("error"));
}

/// A PNG of some pixels, each of which is what `pixel` says for its number.
fn painted(color: png::ColorType, (width, height): (u32, u32), pixel: impl Fn(u32) -> Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    let pixels: Vec<u8> = (0..width * height).flat_map(pixel).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

#[test]
fn a_full_check_looks_at_pixels() {
    let size = (1400, 800);
    let mixed = |alpha: fn(u32) -> u8| {
        painted(png::ColorType::Rgba, size, |at| vec![(at % 251) as u8, (at % 7) as u8, 9, alpha(at)])
    };
    let (opaque, transparent) = (mixed(|_| 255), mixed(|at| if at == 1_119_999 { 254 } else { 255 }));
    let found = |image_type: &str, bytes: &[u8]| {
        let findings = checked_file(image_type, bytes, true);
        (of("I06", &findings).len(), of("I10", &findings).len())
    };
    assert_eq!(found("Screenshot", &opaque), (0, 0));
    assert_eq!(found("Screenshot", &transparent), (1, 0));
    assert_eq!(found("PromotionalArt16x9", &transparent), (1, 0));
    assert_eq!(found("Icon", &transparent), (0, 0), "icons stand on any background");
    assert_eq!(of("I06", &with_file("Screenshot", &transparent)), [], "an ordinary check decodes nothing");
    let colours = |count: u32| painted(png::ColorType::Rgb, size, |at| vec![(at % count) as u8, 0, 0]);
    assert_eq!(found("Screenshot", &colours(1)), (0, 1));
    assert_eq!(found("Screenshot", &colours(2)), (0, 1));
    assert_eq!(found("Screenshot", &colours(3)), (0, 0));
    assert_eq!(found("Screenshot", &painted(png::ColorType::GrayscaleAlpha, size, |_| vec![5, 0])), (1, 1));
    // More pixels than the Store takes, in a small file that would unpack to 300 MB.
    let bomb = Png::of(10_000, 10_000).bytes();
    assert_eq!(found("Screenshot", &bomb), (0, 0));
    assert_eq!(of("I04", &checked_file("Screenshot", &bomb, true))[0].0, "error");
    // What can't be decoded has nothing to see.
    assert_eq!(found("Screenshot", &Png::of(1400, 800).bytes()), (0, 0));
}

#[test]
fn what_a_picture_tells_of_its_author() {
    let with_chunk = |kind: &'static [u8; 4], data: &[u8]| {
        let mut png = Png::of(1920, 1080);
        png.chunks.push((kind, data.to_vec()));
        of("I12", &with_file("Screenshot", &png.bytes()))
    };
    let exif = |tag: u16| {
        let mut data = b"MM\0\x2a\0\0\0\x08\0\x01".to_vec();
        data.extend(tag.to_be_bytes());
        data.extend([0; 14]);
        data
    };
    let small = |tag: u16| {
        let mut data = b"II\x2a\0\x08\0\0\0\x01\0".to_vec();
        data.extend(tag.to_le_bytes());
        data.extend([0; 14]);
        data
    };
    let cases: [(&'static [u8; 4], Vec<u8>, &str); 8] = [
        (b"eXIf", exif(0x8825), "the place"),
        (b"eXIf", small(0x8825), "the place"),
        (b"eXIf", exif(0x013b), "its author"),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<exif:GPSLatitude>52,30N".to_vec(), "the place"),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<dc:creator><rdf:li>Jane".to_vec(), "its author"),
        (b"tEXt", b"Author\0Jane Doe".to_vec(), "its author"),
        (b"tEXt", b"Source\0C:\\Users\\jane\\beans.psd".to_vec(), "somebody's folder"),
        (b"tEXt", b"Comment\0file:///home/jane/beans.xcf".to_vec(), "somebody's folder"),
    ];
    for (kind, data, what) in cases {
        let found = with_chunk(kind, &data);
        assert_eq!((found.len(), found[0].0.as_str()), (1, "information"), "{what}");
        assert!(found[0].2.contains(what), "{found:?}");
    }
    for (kind, data) in [
        (b"tEXt", &b"Software\0GIMP"[..]),
        (b"tEXt", b"Author\0 "),
        (b"tEXt", b"no end of the keyword"),
        (b"tEXt", b"Source\0C:\\Users\\runneradmin\\a"),
        (b"tEXt", b"Source\0see contoso.com/home/page"),
        (b"eXIf", b"MM\0\x2a\xff\xff\xff\xff"),
        (b"eXIf", b"II"),
        (b"eXIf", &exif(0x0112)),
    ] {
        assert_eq!(with_chunk(kind, data), [], "{}", String::from_utf8_lossy(data));
    }
    let named = with(&(member("images") + "/0/fileName"), json!("C:\\Users\\jane\\1.png"));
    finds("I12", "information", named);
}
