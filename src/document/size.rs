//! The length of a text that is being edited, and of which lines it consists.

/// The facts about the whole text that its style depends on, and its length.
#[derive(Clone, Copy, Default)]
pub(super) struct Size {
    pub(super) bytes: usize,
    pub(super) lines: usize,
    /// Of the lines, those that end with a carriage return and a line feed.
    pub(super) returns: usize,
}

impl Size {
    /// A line feed and its carriage return are always in one piece of white space.
    pub(super) fn of(text: &str) -> Size {
        let lines = text.bytes().filter(|&byte| byte == b'\n').count();
        let returns = if lines == 0 { 0 } else { text.matches("\r\n").count() };
        Size { bytes: text.len(), lines, returns }
    }

    pub(super) fn add(&mut self, text: &str) {
        let of = Size::of(text);
        self.bytes += of.bytes;
        self.lines += of.lines;
        self.returns += of.returns;
    }

    pub(super) fn remove(&mut self, text: &str) {
        let of = Size::of(text);
        self.bytes -= of.bytes;
        self.lines -= of.lines;
        self.returns -= of.returns;
    }
}
