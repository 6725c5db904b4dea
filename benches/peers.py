#!/usr/bin/env python3
"""What an upload costs beside Azure's own clients: python3 benches/peers.py [GIB [ROUNDS]]

Each client uploads the same file over TLS to a service that discards it. The clients are those of the registries: AzCopy
and the SDK for JavaScript from npm, the SDK for Python from PyPI. They are installed into a temporary folder. In a round
each client runs once; the figures are medians of whole processes, from their start to their end. Linux only; needs cargo, openssl, node, npm, and for AzCopy the library libsecret-1.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from processes import ROOT, alternate, measure, random_bytes, table

JAVASCRIPT = """
const { BlockBlobClient } = require("@azure/storage-blob");
new BlockBlobClient(process.argv[2])
    .uploadFile(process.argv[3], { blockSize: 8 << 20, concurrency: 8 })
    .catch((error) => { console.error(error); process.exit(1); });
"""

PYTHON = """
import sys
from azure.storage.blob import BlobClient
blob = BlobClient.from_blob_url(sys.argv[1], max_block_size=8 << 20, max_single_put_size=8 << 20)
with open(sys.argv[2], "rb") as file:
    blob.upload_blob(file, overwrite=True, max_concurrency=8)
"""


def main(gib, rounds):
    program = build()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        install(folder)
        file = folder / "random.msix"
        random_bytes(file, int(gib * (1 << 30)))
        certificate(folder)
        address, sink = start_sink(program, folder)
        try:
            clients = commands(program, folder, address, file)
            figures = alternate(
                {name: lambda client=client: measure(*client) for name, client in clients.items()}, rounds)
        finally:
            sink.stdin.close()
            sink.wait()
    table(["client", "wall s", "CPU-s/GiB", "RSS MiB"],
          [(name, f"{wall:.2f}", f"{cpu / gib:.2f}", f"{memory:.0f}") for name, (wall, cpu, memory) in figures.items()])


def build():
    """The program of the benchmark upload_sink, which has the service and our client."""
    command = ["cargo", "bench", "--locked", "--bench", "upload_sink", "--no-run", "--message-format", "json"]
    built = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    artifacts = [json.loads(line) for line in built.splitlines()]
    return next(one["executable"] for one in artifacts if one.get("target", {}).get("name") == "upload_sink")


def install(folder):
    subprocess.run(["npm", "install", "--silent", "--prefix", folder, "@azure/storage-blob", "@azure-tools/azcopy-linux"],
                   check=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    subprocess.run([folder / "venv/bin/pip", "--quiet", "install", "azure-storage-blob"], check=True)
    (folder / "upload.js").write_text(JAVASCRIPT)
    (folder / "upload.py").write_text(PYTHON)


def certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "key.pem",
         "-addext", "basicConstraints=critical,CA:FALSE", "-out", "cert.pem"],
        cwd=folder, check=True, stderr=subprocess.DEVNULL)


def start_sink(program, folder):
    sink = subprocess.Popen([program, "sink", folder, "0", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                            env={**os.environ, "STORESHIP_BENCH_TLS": "1"})
    port = sink.stdout.readline().strip()
    # Clients that know the form of addresses take the first part of the path of an IP address for the account.
    return f"https://127.0.0.1:{port}/account/container/blob?sv=2020-04-08&sp=cwl&sr=b&se=2100-01-01T00:00:00Z&sig=x", sink


def commands(program, folder, address, file):
    """The command of each client, and what it finds in its environment."""
    trust = folder / "cert.pem"
    azcopy = folder / "node_modules/@azure-tools/azcopy-linux/dist/bin/azcopy_linux_amd64"
    azcopy.chmod(0o755)
    version = lambda command: subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1]
    of_javascript = version(
        ["node", "-p", f"require('{folder}/node_modules/@azure/storage-blob/package.json').version"])
    of_python = version([folder / "venv/bin/python", "-c", "import azure.storage.blob as b; print(b.__version__)"])
    return {
        "StoreShip, as in a release (CRC-32, CRC-64, SHA-256)": (ours(program, address, file, folder), {}),
        "StoreShip (CRC-32)": (ours(program, address, file, folder, case="tls, measured"), {}),
        f"SDK for JavaScript {of_javascript}":
            (["node", folder / "upload.js", address, file], {"NODE_EXTRA_CA_CERTS": trust}),
        f"SDK for Python {of_python}":
            ([folder / "venv/bin/python", folder / "upload.py", address, file], {"REQUESTS_CA_BUNDLE": trust}),
        f"AzCopy {version([azcopy, '--version'])}": (
            [azcopy, "copy", file, address, "--from-to=LocalBlob", "--overwrite=true", "--check-length=false",
             "--log-level=NONE", "--output-level=quiet"],
            {"SSL_CERT_FILE": trust, "AZCOPY_JOB_PLAN_LOCATION": folder / "plans", "AZCOPY_LOG_LOCATION": folder / "logs",
             "AZCOPY_DISABLE_SYSLOG": "true"}),
    }


def ours(program, address, path, folder, case="tls, measured, sha256, crc64 header"):
    """The command of our client, by default with all checksums of a release."""
    return [program, "client", case, address.replace("127.0.0.1", "localhost"), path, folder / "cert.pem"]


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, int(sys.argv[2]) if len(sys.argv) > 2 else 5)
