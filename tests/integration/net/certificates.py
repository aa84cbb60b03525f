"""Certificates made by openssl(1), each faulty in its own way."""
import datetime
import os
import shutil
import subprocess
import tempfile

import tap

DAY = datetime.timedelta(days=1)


def openssl(*arguments):
    result = subprocess.run(["openssl", *arguments], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


class Certificates:
    """A directory with an authority (ca.pem) and what it issues. Used as a context manager."""

    def __enter__(self):
        if not shutil.which("openssl"):
            raise tap.Skip("there is no openssl(1)")
        self.directory = tempfile.mkdtemp(prefix="happy-tls-")
        self.self_signed("ca", "Test Authority", "basicConstraints=critical,CA:TRUE")
        return self

    def __exit__(self, *problem):
        shutil.rmtree(self.directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    def key(self, name):
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                self.path(f"{name}.key"))
        os.chmod(self.path(f"{name}.key"), 0o600)

    def self_signed(self, name, common_name, *extensions):
        self.key(name)
        options = [part for extension in extensions for part in ("-addext", extension)]
        openssl("req", "-x509", "-new", "-key", self.path(f"{name}.key"), "-subj", f"/CN={common_name}",
                "-days", "30", "-out", self.path(f"{name}.pem"), *options)

    def issue(self, name, names="DNS:localhost,IP:127.0.0.1,IP:::1", issuer="ca", begin=-1, end=30,
              extensions=""):
        """A certificate valid from `begin` to `end` days from now."""
        self.key(name)
        openssl("req", "-new", "-key", self.path(f"{name}.key"), "-subj", f"/CN={name}", "-out",
                self.path(f"{name}.csr"))
        for file, text in (("serial", "01" + os.urandom(7).hex()),
                           ("index", "")):
            with open(self.path(file), "w") as out:
                out.write(text + "\n" if text else "")
        with open(self.path("config"), "w") as out:
            out.write(f"""[ca]
default_ca = it
[it]
database = {self.path("index")}
serial = {self.path("serial")}
new_certs_dir = {self.directory}
default_md = sha256
policy = any
x509_extensions = extensions
unique_subject = no
[any]
commonName = supplied
[extensions]
subjectAltName = {names}
{extensions}
""")
        now = datetime.datetime.now(datetime.timezone.utc)
        dates = [(now + days * DAY).strftime("%Y%m%d%H%M%SZ") for days in (begin, end)]
        openssl("ca", "-batch", "-notext", "-config", self.path("config"), "-cert",
                self.path(f"{issuer}.pem"), "-keyfile", self.path(f"{issuer}.key"), "-in",
                self.path(f"{name}.csr"), "-startdate", dates[0], "-enddate", dates[1], "-out",
                self.path(f"{name}.pem"))
        return self.path(f"{name}.pem"), self.path(f"{name}.key")
