"""The command of the installed wheel, in a shell. Run it with the Python that has the wheel:

    python command.py [OUTPUT EVENTS]

OUTPUT and EVENTS are what `python -m storeship publish` has written to standard output and to standard error.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import storeship
from storeship import _client


def run(*arguments, data=b""):
    # A build agent has a credential in its environment.
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    command = [sys.executable, "-m", "storeship", *arguments]
    return subprocess.run(command, input=data, capture_output=True, env=environment, timeout=60)


class Command(unittest.TestCase):
    def test_a_response_is_one_line_of_json(self):
        done = run("library.info")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(done.stdout.count(b"\n"), 1)
        self.assertEqual(json.loads(done.stdout)["result"]["version"], storeship.version())

    def test_the_contract_is_the_committed_one(self):
        committed = Path(__file__).parents[2] / "contract/storeship.schema.json"
        self.assertEqual(storeship.call("library.schema"), json.loads(committed.read_text(encoding="utf-8")))

    def test_the_request_comes_from_standard_input_or_a_file(self):
        request = '\ufeff{"document": {"a": 1.10}, "pointer": "/a"}'.encode("utf-8")
        done = run("document.get", "-", data=request)
        self.assertEqual(done.returncode, 0, done)
        # A number is printed as it is written.
        self.assertIn(b"1.10", done.stdout)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "request \u00fc.json"
            path.write_bytes(request)
            self.assertEqual(run("document.get", str(path)).stdout, done.stdout)
            # Out-File of Windows PowerShell 5.1 writes UTF-16, with \r\n at the end.
            path.write_bytes((request.decode("utf-8") + "\r\n").encode("utf-16-le"))
            self.assertEqual(run("document.get", str(path)).stdout, done.stdout)
            path.write_bytes(b"caf\xe9")
            error = json.loads(run("document.get", str(path)).stdout)["error"]
            self.assertEqual((error["code"], str(path) in error["message"], "give UTF-8" in error["message"]), ("file.encoding", True, True))

    def test_the_exit_code_is_the_class(self):
        cases = {
            ("no.operation",): 4,
            ("library.info", "-"): 2,
            ("library.info", "/no/such/file.json"): 14,
            ("app.list",): 10,
        }
        for arguments, code in cases.items():
            with self.subTest(arguments):
                done = run(*arguments, data=b'{"unknown": 1}')
                self.assertEqual(done.returncode, code, done)
                error = json.loads(done.stdout)["error"]
                self.assertTrue(error["code"] and error["message"])

    def test_an_error_is_an_exception_with_its_code(self):
        with self.assertRaises(storeship.StoreShipError) as raised:
            storeship.call("document.get", {"document": {}, "pointer": "/a"})
        self.assertEqual(raised.exception.code, "document.pointer")

    def test_an_event_that_came_with_ctrl_c_is_not_lost(self):
        library = _client.library
        following, interrupted = library.storeship_job_next, []

        def interrupts(*arguments):
            status = following(*arguments)
            if status == storeship.Status.OK and not interrupted:
                interrupted.append(status)
                raise KeyboardInterrupt
            return status

        with storeship.Client({"credential": {"type": "token", "accessToken": "t"}}) as client:
            with client.start("library.info") as job, mock.patch.object(library, "storeship_job_next", interrupts):
                kinds = [event["type"] for event in job]
                self.assertEqual(json.loads(job.response()[1])["result"]["version"], storeship.version())
        self.assertEqual((kinds, len(interrupted)), (["completed"], 1))

    def test_a_closed_client_is_not_the_offline_client(self):
        client = storeship.Client({"credential": {"type": "token", "accessToken": "t"}})
        client.close()
        client.close()
        with self.assertRaises(ValueError):
            client.call("library.info")


    def test_a_release_prints_its_response_and_its_events(self):
        if len(FILES) != 2:
            self.skipTest("no output of a release was given")
        output, events = (Path(file).read_bytes().splitlines() for file in FILES)
        self.assertEqual(len(output), 1)
        self.assertEqual(json.loads(output[0])["result"]["status"], "Published")
        kinds = {json.loads(line)["type"] for line in events}
        self.assertLessEqual({"progress", "status"}, kinds)
        self.assertNotIn("completed", kinds)


if __name__ == "__main__":
    FILES = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
