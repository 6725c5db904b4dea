//! Pictures for listings.

/// A PNG of this size: a gradient, so that a smaller copy of it is neither empty nor of one colour.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let pixel = |at: u32| [(at % width * 255 / width) as u8, (at / width * 255 / height) as u8, 128];
    let pixels: Vec<u8> = (0..width * height).flat_map(pixel).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

/// A PNG of this size that does not get smaller when it is compressed.
pub fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    let pixels: Vec<u8> = (0..width * height * 3).map(|_| next()).collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}
