"""Signs what a release signs with a certificate of this run, packs it, and looks into the packages:

    python3 signed.py MANAGED UNSIGNED WORK COMMAND...

MANAGED is the folder of `cargo xtask dist --only-managed`, UNSIGNED the folder of the packages out of it, WORK an empty folder.
COMMAND is the one that packs; it gets two more options, the signed folder and the folder for the packages.
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

from content import entries

SIGNED = (".dll", ".exe", ".psd1", ".psm1", ".ps1", ".ps1xml")
SCRIPTS = SIGNED[2:]
CATALOG = "StoreShip.cat"
NATIVE = re.compile(r"(storeship\.dll|libstoreship\.so[.0-9]*|libstoreship.*\.dylib|storeship-emulator(\.exe)?)$")
# What describes a package: the checksums of a wheel's files, the types of NuGet's files.
DESCRIBING = ("/RECORD", "[Content_Types].xml")


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, encoding="utf-8", errors="replace", **options)
    if done.returncode != 0:
        raise SystemExit(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def extensions():
    """What the job of the release signs, without the catalog."""
    workflow = Path(__file__).parents[2] / ".github/workflows/release.yml"
    filters = re.findall(r"files-folder-filter: (.*)", workflow.read_text(encoding="utf-8"))
    return {"." + name for name in filters[0].split(",")}, filters[1:]


def certificate(work):
    key, own = work / "key.pem", work / "certificate.pem"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", own, "-days", "2", "-subj", "/CN=StoreShip test",
        "-addext", "extendedKeyUsage=codeSigning")
    return key, own


def sign(folder, key, own, kinds):
    for file in sorted(folder.rglob("*")):
        if file.suffix in kinds:
            signed = file.with_name(file.name + ".signed" + file.suffix)
            run("osslsigncode", "sign", "-certs", own, "-key", key, "-h", "sha256", "-in", file, "-out", signed)
            signed.replace(file)


def contents(folder):
    """The files in each package, without what lists the packages."""
    for package in sorted(folder.iterdir()):
        if package.suffix in (".gz", ".zip", ".whl", ".nupkg", ".snupkg"):
            yield package.name, dict(entries(package))


def compare(files, module):
    """A catalog lists all files of the folder: the package installs the same ones."""
    own = ("_rels/", "package/", "[Content_Types].xml", "StoreShip.nuspec")
    installed = {name: content for name, content in files.items() if not name.startswith(own)}
    listed = {file.relative_to(module).as_posix(): file.read_bytes() for file in module.rglob("*") if file.is_file()}
    if installed != listed:
        raise SystemExit(f"the package has other files than the module: {installed.keys() ^ listed.keys()}")


def main(managed, unsigned, work, *command):
    managed, unsigned, work = Path(managed), Path(unsigned), Path(work)
    kinds, others = extensions()
    if kinds != set(SIGNED) or others != ["cat"]:
        raise SystemExit(f"release.yml signs {kinds} and {others}")
    version = re.search(r"osslsigncode (\d+)\.(\d+)", run("osslsigncode", "--version"))
    if tuple(map(int, version.groups())) < (2, 8):
        print("not run: signatures of scripts: osslsigncode is older than 2.8")
        kinds -= set(SCRIPTS)
    signed, packages = work / "signed", work / "packages"
    shutil.copytree(managed, signed)
    key, own = certificate(work)
    sign(signed, key, own, kinds)
    # A catalog is made by Windows only. This one stands for it; that it gets into the package is all that is seen here.
    (signed / "StoreShip" / CATALOG).write_bytes(b"catalog")
    run(*command, "--managed", signed, "--out", packages)

    before, count = dict(contents(unsigned)), 0
    # A library or an emulator is the one in the module everywhere.
    natives = {file.read_bytes() for file in (signed / "StoreShip" / "bin").rglob("*") if file.is_file()}
    after = dict(contents(packages))
    if before.keys() != after.keys():
        raise SystemExit(f"other packages: {before.keys()} {after.keys()}")
    for package, files in after.items():
        catalog = {CATALOG} if re.match(r"StoreShip\.[0-9]", package) else set()
        if files.keys() - catalog != before[package].keys() or not catalog <= files.keys():
            raise SystemExit(f"{package} has other files: {files.keys() ^ before[package].keys()}")
        for name, content in files.items():
            # A symbolic link has no content.
            if NATIVE.match(Path(name).name) and content and content not in natives:
                raise SystemExit(f"{package}: {name} is not the file of the module")
            if Path(name).suffix in kinds:
                count += 1
                file = work / ("file" + Path(name).suffix)
                file.write_bytes(content)
                run("osslsigncode", "verify", "-CAfile", own, "-in", file)
            elif name not in catalog and content != before[package][name] and not name.endswith(DESCRIBING):
                raise SystemExit(f"{package}: {name} is another file")
        if catalog:
            compare(files, signed / "StoreShip")
    if count == 0:
        raise SystemExit("nothing is signed")
    print(f"{count} files in {len(after)} packages are signed")
    return next(packages.glob("StoreShip.[0-9]*.nupkg")), work / "module" / "StoreShip"


if __name__ == "__main__":
    package, module = main(*sys.argv[1:])
    shutil.unpack_archive(package, module, "zip")
    # The manifest and the other scripts are still what PowerShell reads.
    print(run("pwsh", "-NoProfile", "-NonInteractive", "-Command",
              f"$ErrorActionPreference = 'Stop'; Import-Module '{module}'; (Invoke-StoreOperation library.info).version"))
