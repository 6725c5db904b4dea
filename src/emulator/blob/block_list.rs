//! The XML of block lists: the body of Put Block List, and the response of Get Block List.

use quick_xml::events::Event;

use super::blobs::{Blob, Content};
use super::error::{BlobError, escape};
use crate::emulator::request::Request;
use crate::emulator::response::{Payload, Response};

/// The entries of a `BlockList` document: the name of the element (`Latest`, `Uncommitted`, `Committed`) and the block
/// id. `None` if the document is malformed; unknown element names are left to the caller.
pub(super) fn parse(text: &str) -> Option<Vec<(String, String)>> {
    let mut reader = quick_xml::Reader::from_str(text.trim_start_matches('\u{feff}'));
    let (mut entries, mut path, mut root) = (Vec::new(), Vec::new(), false);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                if path.is_empty() && name != "BlockList" || path.len() > 1 {
                    return None;
                }
                root = true;
                if path.len() == 1 {
                    entries.push((name.clone(), String::new()));
                }
                path.push(name);
            }
            Event::Text(value) if path.len() == 2 => {
                entries.last_mut()?.1.push_str(value.trim());
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Empty(start) if path.is_empty() && start.name().as_ref() == "BlockList" => root = true,
            Event::Eof => return (root && path.is_empty()).then_some(entries),
            _ => {}
        }
    }
}

/// Get Block List.
pub(super) fn get_block_list(blob: &Blob, request: &Request) -> Result<Response, BlobError> {
    let kind = request.parameter("blocklisttype").unwrap_or("committed").to_ascii_lowercase();
    if blob.committed.is_none() && blob.uncommitted.is_empty() {
        return Err(BlobError::not_found());
    }
    let mut xml = String::from("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
    let entry = |xml: &mut String, id: &str, length: u64| {
        xml.push_str(&format!("<Block><Name>{}</Name><Size>{length}</Size></Block>", escape(id)));
    };
    if matches!(kind.as_str(), "committed" | "all") {
        xml.push_str("<CommittedBlocks>");
        for (id, block) in blob.committed.iter().flat_map(|content| &content.blocks) {
            if !id.is_empty() {
                entry(&mut xml, id, block.length());
            }
        }
        xml.push_str("</CommittedBlocks>");
    }
    if matches!(kind.as_str(), "uncommitted" | "all") {
        xml.push_str("<UncommittedBlocks>");
        for (id, (block, _)) in &blob.uncommitted {
            entry(&mut xml, id, block.length());
        }
        xml.push_str("</UncommittedBlocks>");
    }
    xml.push_str("</BlockList>");
    let length = blob.committed.as_ref().map_or(0, Content::length);
    let mut response = Response::new(200, Payload::Xml(xml)).header("x-ms-blob-content-length", length);
    if let Some(content) = &blob.committed {
        response = response.header("etag", content.etag());
    }
    Ok(response)
}
