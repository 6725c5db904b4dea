//! The archive with the emulator, which is a single program.

use anyhow::Result;

use crate::archive::Tree;
use crate::c_package::write_archive;
use crate::dist::Dist;
use crate::project::Natives;

pub(crate) fn write(dist: &Dist, natives: &Natives) -> Result<()> {
    let project = &dist.project;
    let system = natives.platform.system;
    let name = format!("storeship-emulator-{}-{}", project.version, natives.triple()?);
    let mut tree = Tree::default();
    tree.program(format!("{name}/{}", system.emulator()), &natives.emulator());
    tree.file(format!("{name}/emulator.md"), &project.root.join("docs/emulator.md"));
    if system.is_linux() {
        tree.file(format!("{name}/Containerfile"), &project.root.join("container/Containerfile"));
    }
    tree.file(format!("{name}/LICENSE"), &project.license_file());
    tree.file(format!("{name}/THIRD-PARTY-NOTICES.txt"), &dist.notices);
    write_archive(dist, &tree, system, &name)
}
