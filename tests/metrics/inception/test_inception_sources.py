import contextlib
import hashlib
import http.server
import socket
import threading

import pytest
import tensorflow as tf
from torch_files import some_numbers

from keras_gan.metrics import inception
from keras_gan.metrics.inception import files, sources, weights

SHAPES = {"conv/batchnorm/gamma": (4,), "softmax/biases": (7,)}


def content():
    """Returns a graph of two constants."""
    graph = tf.compat.v1.GraphDef()
    for name, shape in SHAPES.items():
        node = graph.node.add(name=name, op="Const")
        proto = tf.make_tensor_proto(some_numbers(*shape))
        node.attr["value"].tensor.CopyFrom(proto)
    return graph.SerializeToString()


GOOD = content()
PAGES = {
    "/good.pb": (len(GOOD), GOOD),
    "/altered.pb": (len(GOOD), bytes([GOOD[0] ^ 1]) + GOOD[1:]),
    "/cut.pb": (len(GOOD), GOOD[:-9]),
    "/short.pb": (len(GOOD) - 9, GOOD[:-9]),
    "/long.pb": (len(GOOD) + 9, GOOD + b"too much."),
}


@pytest.fixture(scope="module")
def server():
    """A web server; `server.requests` lists the requested pages."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.requests.append(self.path)
            if self.path not in PAGES:
                return self.send_error(404)
            size, page = PAGES[self.path]
            self.send_response(200)
            self.send_header("Content-Length", str(size))
            self.end_headers()
            self.wfile.write(page)
            self.wfile.flush()
            self.close_connection = True

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path, server):
    """A machine without weights, and a network of two tensors."""
    server.requests = []
    monkeypatch.setattr(weights, "tensor_shapes", lambda: SHAPES)
    monkeypatch.delenv(sources.VARIABLE, raising=False)
    monkeypatch.delenv("http_proxy", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    publish(monkeypatch, server, "/good.pb")
    return tmp_path / "keras" / "models"


def publish(monkeypatch, server, *pages, sha256=None, **fields):
    places = tuple(server.address + page for page in pages)
    sha256 = sha256 or hashlib.sha256(GOOD).hexdigest()
    file = files.KnownFile("good.pb", len(GOOD), sha256, places, **fields)
    monkeypatch.setattr(files, "KNOWN", [file])


def test_weights_are_fetched_once_and_stay_converted(machine, server, capsys):
    first = inception.load()
    assert first.sha256 == hashlib.sha256(GOOD).hexdigest()
    assert first.known
    assert [path.name for path in machine.iterdir()] == ["inception-2015-12-05.npz"]
    assert f"Downloading {server.address}/good.pb" in capsys.readouterr().out
    second = inception.load()
    assert (second.name, second.known) == ("good.pb", True)
    assert second.fingerprint == first.fingerprint
    assert server.requests == ["/good.pb"]


def test_the_progress_of_a_fetch_is_shown(machine, capsys):
    inception.fetch()
    assert f"{len(GOOD)}/{len(GOOD)}" in capsys.readouterr().out


def test_they_can_be_fetched_into_a_folder(tmp_path):
    path = inception.fetch(tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "inception-2015-12-05.npz"
    assert inception.load(path).known


def test_what_has_no_checksum_must_have_the_size(monkeypatch, server):
    for page, good in {"/cut.pb": False, "/good.pb": True}.items():
        file = files.KnownFile("good.pb", len(GOOD), None, (server.address + page,))
        monkeypatch.setattr(files, "KNOWN", [file])
        with contextlib.nullcontext() if good else pytest.raises(FileNotFoundError):
            assert inception.load().known


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("/altered.pb", "its sha256 is"),
        ("/cut.pb", "cut after"),
        ("/short.pb", "cut after"),
        ("/long.pb", "more than the"),
        ("/none.pb", "404"),
    ],
)
def test_a_bad_file_leaves_nothing_behind(page, reason, machine, monkeypatch, server):
    publish(monkeypatch, server, page)
    with pytest.raises(FileNotFoundError, match=f"not be downloaded[^$]*{reason}"):
        inception.fetch()
    assert list(machine.iterdir()) == []


def test_the_next_address_is_tried(monkeypatch, server):
    publish(monkeypatch, server, "/none.pb", "/cut.pb", "/good.pb")
    assert inception.load().known
    assert server.requests == ["/none.pb", "/cut.pb", "/good.pb"]


def test_a_silent_server_is_given_up(machine, monkeypatch):
    monkeypatch.setattr(sources, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/good.pb"
        file = files.KnownFile("good.pb", len(GOOD), None, (address,))
        monkeypatch.setattr(files, "KNOWN", [file])
        with pytest.raises(FileNotFoundError, match="timed out"):
            inception.fetch()


def test_without_a_network_it_says_what_can_be_done(machine, monkeypatch):
    def no_network(address, timeout):
        raise OSError("Network is unreachable")

    monkeypatch.setattr(sources.urllib.request, "urlopen", no_network)
    monkeypatch.setattr(files, "KNOWN", [files.CHECKPOINT, files.GRAPH, files.ARCHIVE])
    with pytest.raises(FileNotFoundError) as caught:
        inception.load()
    message = str(caught.value)
    for fact in ("Expected: ", "Received: ", "What to do: "):
        assert fact in message
    for file in (files.CHECKPOINT, files.GRAPH, files.ARCHIVE):
        assert f"{file.name} ({file.size:,} bytes" in message
        assert all(address in message for address in file.addresses)
    assert files.CHECKPOINT.sha256 in message
    assert message.count("Network is unreachable") == 3
    for way in (
        "FID(weights=path)",
        sources.VARIABLE,
        str(machine),
        "fd_fashion_mnist",
    ):
        assert way in message


def test_only_safe_addresses_are_fetched():
    for file in (files.CHECKPOINT, files.GRAPH, files.ARCHIVE):
        safe = all(address.startswith("https://") for address in file.addresses)
        assert file.fetched == safe


def test_a_path_comes_first_then_the_variable_then_the_cache(
    machine, monkeypatch, tmp_path, server
):
    assert inception.locate() is None
    machine.mkdir(parents=True)
    (machine / "good.pb").write_bytes(GOOD)
    assert inception.locate() == machine / "good.pb"
    (machine / sources.CONVERTED).write_bytes(b"x")
    assert inception.locate() == machine / sources.CONVERTED
    monkeypatch.setenv(sources.VARIABLE, "/a/variable.pb")
    assert str(inception.locate()) == "/a/variable.pb"
    assert str(inception.locate("/an/argument.pb")) == "/an/argument.pb"
    with pytest.raises(FileNotFoundError, match=r"Received: /a/variable\.pb"):
        inception.load()
    assert server.requests == []


def test_a_known_file_in_the_cache_is_used_under_any_of_its_names(
    machine, monkeypatch, server
):
    publish(monkeypatch, server, names=("other.pb",))
    machine.mkdir(parents=True)
    (machine / "other.pb").write_bytes(GOOD)
    assert inception.load().known


def test_an_unknown_file_is_refused_but_for_those_who_read_it_themselves(
    tmp_path, monkeypatch, server
):
    path = tmp_path / "own.pb"
    path.write_bytes(GOOD)
    assert inception.load(path).known
    publish(monkeypatch, server, sha256="0" * 64)
    with pytest.raises(ValueError, match="is not a file of the original weights"):
        inception.load(path)
    own = inception.read(path)
    assert inception.load(own) is own
    converted = inception.convert(path, tmp_path / "own.npz")
    with pytest.raises(ValueError, match=r"Received: own\.pb"):
        inception.load(converted)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="cannot be written"):
        inception.fetch(tmp_path / "file" / "folder")
