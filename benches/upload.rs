//! What an upload costs: the processor time for each GiB and the peak memory of this process.
//!
//! ```text
//! cargo bench --bench upload                       # 1 GiB to the emulator, in a process of its own
//! cargo bench --bench upload -- 4                  # 4 GiB
//! cargo bench --bench upload -- 1 'http://127.0.0.1:10000/…?sv=…'   # to any block blob address of this machine
//! ```
//!
//! The file has random bytes, so that compression can't help, and was just written, so that it is read from the cache and
//! not from the disk. Linux only.

#![allow(clippy::print_stdout, reason = "a benchmark shows what it measured")]

#[path = "cost/mod.rs"]
mod cost;
#[path = "emulated/mod.rs"]
mod emulated;

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use storeship::client::Client;
use storeship::config::{Config, Secret};
use storeship::events::Reporter;
use storeship::http::ProcessWide;
use storeship::publish::upload_address;
use storeship::store::App;
use storeship::upload::{self, Carried, Link, Settings, Source};

const GIB: u64 = 1 << 30;

fn main() -> Result<(), Box<dyn Error>> {
    // cargo passes `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let size = arguments.first().map_or(Ok(1.0), |text| text.parse::<f64>())? * GIB as f64;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("Contoso.msix");
    fill(&file, size as u64)?;

    let emulator = emulated::Emulator::start(folder.path())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let client = Arc::new(Client::new(Config::parse(&emulator.config.to_string())?, &ProcessWide::default())?);
        let address = match arguments.get(1) {
            Some(address) => Secret::new(address.clone()),
            None => {
                let app = App::new(client.clone(), "9NBLGGH4R315").product();
                upload_address(&app.create_submission().await?.response.text)?
            }
        };
        let link = Link::fixed(address);
        let sources = [Source { path: file.clone(), name: "Contoso.msix".into() }];
        let (began, before) = (Instant::now(), cost::processor_seconds());
        let uploaded =
            upload::upload(&client, &link, &sources, &Carried::default(), Settings::default(), &Reporter::default())
                .await?;
        let (wall, processor) = (began.elapsed().as_secs_f64(), cost::processor_seconds() - before);
        let gib = uploaded.bytes as f64 / GIB as f64;
        println!("{:.2} GiB in {} blocks of {} MiB", gib, uploaded.blocks, uploaded.block_bytes >> 20);
        println!("wall       {wall:>8.2} s   {:.0} MiB/s", gib * 1024.0 / wall);
        println!("processor  {:>8.2} s/GiB", processor / gib);
        println!("peak memory {:>7.1} MiB", cost::peak_memory() / f64::from(1 << 20));
        Ok::<(), Box<dyn Error>>(())
    })?;
    Ok(())
}

fn fill(path: &Path, size: u64) -> std::io::Result<()> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut block = vec![0; 1 << 20];
    let mut file = fs::File::create(path)?;
    let mut left = size;
    while left > 0 {
        random.fill(&mut block);
        let length = left.min(block.len() as u64);
        file.write_all(&block[..length as usize])?;
        left -= length;
    }
    Ok(())
}
