//! The XML of block lists: the one that a Put Block List sends and the one that Get Block List answers.

use quick_xml::events::Event;

use super::blobs::{Blob, Committed};
use super::{etag, not_found};
use crate::emulator::request::Call;
use crate::emulator::response::{Answer, Payload};

/// The (list, id) pairs of a `BlockList` document.
pub(crate) fn block_names(text: &str) -> Option<Vec<(String, String)>> {
    let mut reader = quick_xml::Reader::from_str(text.trim_start_matches('\u{feff}'));
    let (mut names, mut path, mut root) = (Vec::new(), Vec::new(), false);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                if path.is_empty() && name != "BlockList" || path.len() > 1 {
                    return None;
                }
                root = true;
                if path.len() == 1 {
                    names.push((name.clone(), String::new()));
                }
                path.push(name);
            }
            Event::Text(value) if path.len() == 2 => {
                names.last_mut()?.1.push_str(value.trim());
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Empty(start) if path.is_empty() && start.name().as_ref() == "BlockList" => root = true,
            Event::Eof => return (root && path.is_empty()).then_some(names),
            _ => {}
        }
    }
}

/// Answers Get Block List.
pub(crate) fn get(blob: &Blob, call: &Call) -> Result<Answer, Answer> {
    let wanted = call.parameter("blocklisttype").unwrap_or("committed").to_ascii_lowercase();
    if blob.committed.is_none() && blob.uncommitted.is_empty() {
        return Err(not_found());
    }
    let mut xml = String::from("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
    let entry = |xml: &mut String, id: &str, length: u64| {
        xml.push_str(&format!("<Block><Name>{}</Name><Size>{length}</Size></Block>", escape(id)));
    };
    if matches!(wanted.as_str(), "committed" | "all") {
        xml.push_str("<CommittedBlocks>");
        for (id, block) in blob.committed.iter().flat_map(|committed| &committed.blocks) {
            if !id.is_empty() {
                entry(&mut xml, id, block.length());
            }
        }
        xml.push_str("</CommittedBlocks>");
    }
    if matches!(wanted.as_str(), "uncommitted" | "all") {
        xml.push_str("<UncommittedBlocks>");
        for (id, (block, _)) in &blob.uncommitted {
            entry(&mut xml, id, block.length());
        }
        xml.push_str("</UncommittedBlocks>");
    }
    xml.push_str("</BlockList>");
    let length = blob.committed.as_ref().map_or(0, Committed::length);
    let mut answer =
        Answer { status: 200, headers: Vec::new(), body: Payload::Xml(xml) }.header("x-ms-blob-content-length", length);
    if let Some(committed) = &blob.committed {
        answer = answer.header("etag", etag(committed));
    }
    Ok(answer)
}

/// Text for XML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
