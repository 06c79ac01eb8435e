"""Attacks of docs/reference/attacks.md on the programs as they are installed, each by its name there."""

import base64
import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import threading
import urllib.parse
from pathlib import Path

import pytest
from goetia_kit import wait_until
from machine_kit import run

TOKEN = "canary-token-7d1f0c3b9e"


class FakeMaster:
    """Listens where a master should, shows a certificate, and keeps every byte that arrives, on the wire and decrypted."""

    def __init__(self, certificate=None, newest=None):
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate.with_suffix(".pem"), certificate.with_suffix(".key"))
            if newest:
                self.context.maximum_version = newest
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(30)
        self.port = self.server.getsockname()[1]
        self.wire, self.said, self.visits = b"", b"", 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.server.accept()
                with peer, contextlib.suppress(OSError):
                    peer.settimeout(10)
                    self.talk(peer)
                self.visits += 1

    def talk(self, peer):
        """TLS over memory, so that the bytes of the wire are seen too."""
        inward, outward = ssl.MemoryBIO(), ssl.MemoryBIO()
        secure = self.context.wrap_bio(inward, outward, server_side=True) if self.context else None
        joined = False
        while data := peer.recv(1 << 16):
            self.wire += data
            if not secure:
                return peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            inward.write(data)
            try:
                if not joined:
                    secure.do_handshake()
                    joined = True
                self.said += secure.read(1 << 16)
            except ssl.SSLWantReadError:
                pass
            finally:
                if outward.pending:
                    peer.sendall(outward.read())

    def close(self):
        self.server.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority that the tested agent trusts, and certificates of it and of nobody."""
    folder = tmp_path_factory.mktemp("authority")

    def made(name, host="127.0.0.1", signed=True, *words):
        file = folder / name
        by = ("-CA", folder / "authority.pem", "-CAkey", folder / "authority.key") if signed else ()
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file.with_suffix(".key"),
            "-out", file.with_suffix(".pem"), "-subj", "/CN=goetia", "-addext", f"subjectAltName=IP:{host}", *by, *words)
        return file

    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder / "authority.key", "-out",
        folder / "authority.pem", "-subj", "/CN=authority")
    made("good")
    made("other_name", "10.9.9.9")
    made("self_signed", "127.0.0.1", False)
    made("expired")
    expire(folder)
    return folder


def expire(folder):
    """A certificate of the authority that was valid for one day of 2020."""
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("10\n")
    (folder / "ca.cnf").write_text(f"""[ca]
default_ca = one
[one]
dir = {folder}
database = $dir/index.txt
new_certs_dir = $dir
serial = $dir/serial
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = IP:127.0.0.1
""")
    run("openssl", "req", "-new", "-key", folder / "expired.key", "-subj", "/CN=goetia", "-out", folder / "expired.csr")
    run("openssl", "ca", "-batch", "-config", folder / "ca.cnf", "-cert", folder / "authority.pem", "-keyfile", folder / "authority.key", "-in",
        folder / "expired.csr", "-out", folder / "expired.pem", "-notext", "-startdate", "20200101000000Z", "-enddate", "20200102000000Z")


def pin_of(certificate):
    key = subprocess.run(["openssl", "x509", "-in", certificate, "-pubkey", "-noout"], check=True, capture_output=True).stdout
    bare = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, check=True, capture_output=True).stdout
    digest = subprocess.run(["openssl", "dgst", "-sha256", "-binary"], input=bare, check=True, capture_output=True).stdout
    return "sha256//" + base64.b64encode(digest).decode()


FAKES = {
    "self_signed": ("self_signed", None, None),
    "expired": ("expired", None, None),
    "another_name": ("other_name", None, None),
    "another_key_than_pinned": ("good", "self_signed", None),
    "tls_1_2": ("good", None, ssl.TLSVersion.TLSv1_2),
    "tls_1_2_and_pinned": ("good", "good", ssl.TLSVersion.TLSv1_2),
    "plain": (None, None, None),
}


def meet(programs, authority, folder, fake, pin, enrolled):
    """Runs an agent until it has been at the fake master twice, or the enrolment has been seen; what arrived there."""
    folder.mkdir()
    if enrolled:
        identity = folder / "identity.json"
        identity.touch(0o600)
        identity.write_text(json.dumps({"node": "7", "secret": TOKEN, "signing_key": ""}))
    words = [programs / "goetia-agent", "run", "--master", f"https://127.0.0.1:{fake.port}", "--data", folder]
    words += [] if enrolled else ["--token", TOKEN]
    words += ["--pin", pin_of(authority / f"{pin}.pem")] if pin else []
    agent = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             env={"PATH": os.environ["PATH"], "SSL_CERT_FILE": str(authority / "authority.pem")})
    try:
        wait_until(lambda: fake.visits >= 2 or TOKEN.encode() in fake.said, 30, "the agent to come")
    finally:
        agent.kill()
        agent.wait()
        fake.close()


@pytest.mark.parametrize("enrolled", [False, True], ids=["joins", "comes_back"])
@pytest.mark.parametrize("fake", FAKES)
def test_a12_a_false_master_gets_no_byte_of_a_secret(programs, authority, tmp_path, fake, enrolled):
    certificate, pin, newest = FAKES[fake]
    false = FakeMaster(authority / certificate if certificate else None, newest)
    meet(programs, authority, tmp_path / "agent", false, pin, enrolled)
    assert false.wire, "nobody came"
    assert false.said == b"", false.said
    assert TOKEN.encode() not in false.wire


@pytest.mark.parametrize("pin", [None, "good"])
def test_a12_the_true_one_gets_it(programs, authority, tmp_path, pin):
    true = FakeMaster(authority / "good")
    meet(programs, authority, tmp_path / "agent", true, pin, False)
    assert TOKEN.encode() in true.said and TOKEN.encode() not in true.wire


def test_a34_the_master_holds_nothing_that_could_run_a_pickle(programs):
    for name in ("goetia", "goetia-agent"):
        linked = subprocess.run(["ldd", programs / name], capture_output=True, text=True, check=True).stdout.lower()
        assert "libtorch" not in linked and "libpython" not in linked and "libc10" not in linked, linked
        symbols = subprocess.run(["nm", "-C", "--undefined-only", programs / name], capture_output=True, text=True, check=True).stdout
        assert " Py_" not in symbols and "torch::" not in symbols


def listening(pid):
    """Sockets at which a process and its children listen, unnamed Unix sockets aside."""
    tables = [line.split() for table in ("tcp", "tcp6", "udp", "udp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    open_to = {f"socket:[{row[9]}]": row[1] for row in tables if row[3] in ("0A", "07")}
    unix = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]]
    open_to |= {f"socket:[{row[6]}]": "unix" for row in unix if row[3] == "00010000"}
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found += [open_to[name] for name in [os.readlink(link)] if name in open_to]
    return found


@pytest.mark.slow
def test_a40_nothing_of_a_node_listens_in_any_state(pool, small):
    pool.start_master()
    agent = pool.start_agent("one").pid
    states = []

    def look():
        states.append(pool.task(task)["state"] if task else "idle")
        for pid in [agent, *pool.runs_of("one")]:
            with contextlib.suppress(FileNotFoundError):
                assert listening(pid) == [], states

    task = None
    look()
    task = pool.submit("--config", small, "training.epochs=2000")
    wait_until(lambda: look() or states[-1] == "running", 120, "the run")
    pool.ask("task", "pause", task)
    wait_until(lambda: look() or states[-1] == "paused", 60, "the pause")
    pool.kill("master")
    look_again = [agent, *pool.runs_of("one")]
    assert all(listening(pid) == [] for pid in look_again), "without its master"
    pool.start_master()
    pool.ask("task", "stop", task)
    wait_until(lambda: look() or states[-1] == "stopped", 60, "the end")
    assert listening(pool.processes["master"].pid), "the probe sees what listens"


def spelled(secret):
    """A secret as it could lie in a file."""
    plain = secret.encode()
    forms = {plain, base64.b64encode(plain).rstrip(b"=")[:-1], base64.urlsafe_b64encode(plain).rstrip(b"=")[:-1], plain.hex().encode(),
             urllib.parse.quote(secret, safe="").encode(), plain[::-1], secret.encode("utf-16-le")}
    # In the middle of a longer text, base64 has two other forms.
    forms |= {base64.b64encode(b"x" * shift + plain)[4:-4] for shift in (1, 2)}
    return forms


def holders(folder, secrets):
    """(file, which secret) wherever one of them lies in a file of a folder."""
    found = set()
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.is_symlink():
            continue
        data = file.read_bytes()
        for name, secret in secrets.items():
            if any(form in data for form in spelled(secret)):
                found.add((str(file.relative_to(folder)), name))
    return found


@pytest.mark.slow
def test_a47_no_secret_lies_where_it_does_not_belong(goetia, pool, small):
    """A run with a kill of each process: then everything that the pool wrote is searched for every secret of it."""
    names = ("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "WANDB_API_KEY", "DATABASE_URL", "LD_CANARY")
    environment = {name: f"canary/{name.lower()}+{os.urandom(12).hex()}" for name in names}
    pool.environment |= environment
    pool.start_master()
    join = pool.ask("node", "token", "create")["token"]
    (pool.folder / "join.txt").write_text(join)
    pool.start("one", goetia.programs / "goetia-agent", "run", "--master", pool.url, "--data", pool.folder / "one", "--name", "one", "--programs",
               goetia.programs, "--token", join)
    task = pool.submit("--config", small, "training.epochs=24", "++checkpoint.step_interval=2")
    pool.wait_for(task, "running")
    os.kill(pool.runs_of("one")[-1], signal.SIGSEGV)
    wait_until(lambda: pool.task(task)["state"] != "running", 60, "the crash to be seen")
    pool.ask("task", "retry", task) if pool.task(task)["state"] == "failed" else None
    pool.wait_for(task, "running")
    pool.kill("one")
    pool.start("one", goetia.programs / "goetia-agent", "run", "--master", pool.url, "--data", pool.folder / "one", "--name", "one", "--programs",
               goetia.programs)
    pool.kill("master")
    pool.start_master()
    pool.wait_for(task, "completed")
    said = goetia.ok("task", "show", task, "--json", environment=pool.environment).out
    said += goetia.ok("node", "list", "--json", environment=pool.environment).out + goetia.ok("node", "show", "one", "--json", environment=pool.environment).out
    (pool.folder / "answers.txt").write_text(said)

    secrets = dict(environment, join=join, local=(pool.data / "local.token").read_text().strip(),
                   ranks=(pool.data / "ranks.secret").read_text().strip(),
                   node=json.loads((pool.folder / "one/identity.json").read_text())["secret"])
    signing = (pool.data / "signing.key").read_bytes()
    assert signing.strip()
    own = {("master/local.token", "local"), ("master/ranks.secret", "ranks"), ("one/identity.json", "node"), ("join.txt", "join")}
    assert holders(pool.folder, secrets) == own
    for name in ("local.token", "ranks.secret", "signing.key"):
        assert (pool.data / name).stat().st_mode & 0o077 == 0, name
    assert (pool.folder / "one/identity.json").stat().st_mode & 0o077 == 0
    key = next(line for line in signing.splitlines() if line and not line.startswith(b"-----"))
    copies = [file for file in pool.folder.rglob("*") if file.is_file() and not file.is_symlink() and key in file.read_bytes()]
    assert copies == [pool.data / "signing.key"]
    assert not list(pool.folder.rglob("core*.[0-9]*")), "no core file"
