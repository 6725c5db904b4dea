"""Looks into the packages of a folder: python3 content.py FOLDER [PATH...]

Each has the licence and the notices of others, and no file has one of the paths: those of the machine that built them.
"""
import json
import sys
import tarfile
import zipfile
from pathlib import Path


def entries(package):
    if package.suffix == ".gz":
        with tarfile.open(package) as archive:
            for entry in archive.getmembers():
                yield entry.name, archive.extractfile(entry).read() if entry.isfile() else b""
    else:
        with zipfile.ZipFile(package) as archive:
            for entry in archive.infolist():
                yield entry.filename, archive.read(entry)


def problems_of(package, paths):
    names = set()
    for name, content in entries(package):
        names.add(Path(name).name)
        # The symbols of a static library may be compressed; what is readable is searched.
        for path in paths:
            if path.encode() in content:
                yield f"{package.name}: {name} has the path {path}"
    if package.suffix != ".snupkg":
        for needed in ("LICENSE", "THIRD-PARTY-NOTICES.txt"):
            if needed not in names:
                yield f"{package.name} has no {needed}"


def problems(folder, paths):
    packages = sorted(folder.glob("*.gz")) + sorted(folder.glob("*.zip")) + sorted(folder.glob("*pkg")) + sorted(folder.glob("*.whl"))
    if not packages:
        yield f"{folder} has no packages"
    for package in packages:
        yield from problems_of(package, paths)
    (bill,) = folder.glob("*.cdx.json")
    components = json.loads(bill.read_text(encoding="utf-8"))["components"]
    notices = (folder / "THIRD-PARTY-NOTICES.txt").read_text(encoding="utf-8")
    for component in components:
        if f"{component['name']} {component['version']} " not in notices:
            yield f"the notices lack {component['name']} {component['version']}"
        if not component.get("hashes"):
            yield f"{bill.name}: {component['name']} has no checksum"
    print(f"{len(packages)} packages, {len(components)} components")


if __name__ == "__main__":
    found = list(problems(Path(sys.argv[1]), sys.argv[2:]))
    print("\n".join(found))
    sys.exit(1 if found else 0)
