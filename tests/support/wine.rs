//! Wine, which lacks some of what Windows has.

/// Whether the Windows of this process is Wine.
pub fn is_wine() -> bool {
    windows_registry::CURRENT_USER.open(r"Software\Wine").is_ok()
}
