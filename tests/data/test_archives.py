"""Archives are read as the folder that was packed, and nothing in them does harm."""

import io
import os
import pathlib
import stat
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from keras_gan.data import check, from_directory, load, sources
from keras_gan.data.archives import containers, tars

ENDINGS = [".zip", ".tar", ".tgz", ".tar.bz2", ".txz"]


@pytest.fixture
def classes(tmp_path, levels, monkeypatch):
    """The working folder, with a folder `set` of two classes of 12 images."""
    monkeypatch.chdir(tmp_path)
    for index, image in enumerate(levels[:12]):
        path = tmp_path / "set" / ("cat", "dog")[index % 2] / f"{index:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).save(path)
    return tmp_path


def pack(name, files):
    """Writes an archive of a dictionary from names to contents, in its order."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in files.items():
                archive.writestr(zipfile.ZipInfo(member), content, zipfile.ZIP_DEFLATED)
        return name
    kind = {"gz": "gz", "tgz": "gz", "bz2": "bz2", "txz": "xz"}
    with tarfile.open(name, f"w:{kind.get(name.rpartition('.')[2], '')}") as archive:
        for member, content in files.items():
            info = tarfile.TarInfo(member)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return name


def contents(folder):
    """Files of a folder in another order than that of their names."""
    files = sorted(folder.rglob("*.png"), key=lambda path: path.name[::-1])
    return {str(path.relative_to(folder.parent)): path.read_bytes() for path in files}


def png(level=0):
    buffer = io.BytesIO()
    Image.new("L", (4, 4), level).save(buffer, "PNG")
    return buffer.getvalue()


def assert_equal(dataset, expected):
    for batch, other in zip(dataset, expected, strict=True):
        for part, other_part in zip(batch, other, strict=True):
            np.testing.assert_array_equal(part, other_part)


@pytest.mark.parametrize(
    ("ending", "max_bytes"),
    [*((ending, 2**30) for ending in ENDINGS), (".zip", 100), (".tar.bz2", 100)],
)
def test_an_archive_is_the_folder_that_was_packed(
    classes, ending, max_bytes, monkeypatch
):
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", max_bytes)
    name = pack(f"packed{ending}", contents(classes / "set"))
    before = sorted(classes.rglob("*"))
    dataset = load(name, batch_size=4, labels=True)
    expected = from_directory("set", batch_size=4, labels=True)
    assert dataset.class_names == ["cat", "dog"]
    assert_equal(dataset, expected)
    report = check(name)
    assert (report.num_images, report.classes) == (12, {"cat": 6, "dog": 6})
    assert sorted(classes.rglob("*")) == before  # nothing was unpacked


def test_what_systems_add_is_left_out(classes):
    extra = {
        "__MACOSX/set/cat/._00.png": b"resource fork",
        "set/.DS_Store": b"x",
        "set/cat/@eaDir/00.png": b"thumbnail",
        "set/cat/notes.txt": b"x",
    }
    name = pack("packed.zip", {**contents(classes / "set"), **extra})
    dataset = load(name, batch_size=4)
    assert (dataset.num_images, dataset.class_names) == (12, ["cat", "dog"])
    assert check(name).ok


def test_images_without_a_folder_have_no_classes(classes):
    name = pack("flat.tar", {f"{index}.png": png(index) for index in range(4)})
    assert load(name, batch_size=2).class_names is None
    name = pack("one.tar", {f"set/{index}.png": png(index) for index in range(4)})
    assert load(name, batch_size=2).class_names is None


def test_names_of_windows_have_folders(classes):
    name = pack("windows.zip", {"cat\\1.png": png(), "dog\\1.png": png(9)})
    assert load(name, batch_size=1).class_names == ["cat", "dog"]


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz"])
@pytest.mark.parametrize(
    "member", ["../a.png", "/tmp/a.png", "a/../../b.png", "..\\a.png", "C:\\a.png"]
)
def test_no_name_leaves_the_archive(classes, ending, member):
    name = pack(f"slip{ending}", {"b.png": png(), member: png()})
    with pytest.raises(ValueError, match="member outside of it") as raised:
        load(name, batch_size=1)
    assert "relative names" in str(raised.value)


def test_links_are_not_followed(classes, tmp_path):
    link = zipfile.ZipInfo("b.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile("links.zip", "w") as archive:
        archive.writestr("a.png", png())
        archive.writestr(link, "/etc/passwd")
    with tarfile.open("links.tar", "w") as archive:
        archive.add("set/cat/00.png", "a.png")
        for member, kind in (("b.png", tarfile.SYMTYPE), ("c.png", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(member)
            info.type, info.linkname = kind, "etc/passwd"
            archive.addfile(info)
    for name, count in (("links.zip", 1), ("links.tar", 2)):
        with pytest.raises(ValueError, match=r"b\.png: a link to") as raised:
            load(name, batch_size=1)
        assert f": {count}." in str(raised.value)
        assert not check(name).ok


def test_equal_files_of_a_tar_are_both_read(classes):
    os.link("set/cat/00.png", "set/cat/99.png")
    for name, mode in (("hard.tar", "w"), ("hard.tar.gz", "w:gz")):
        with tarfile.open(name, mode) as archive:
            archive.add("set")
            assert any(member.islnk() for member in archive.getmembers())
        assert load(name, batch_size=1).num_images == 13


def test_devices_are_left_out_with_a_warning(classes):
    with tarfile.open("devices.tar", "w") as archive:
        archive.add("set/cat/00.png", "a.png")
        pipe = tarfile.TarInfo("b.png")
        pipe.type = tarfile.FIFOTYPE
        archive.addfile(pipe)
    with pytest.warns(UserWarning, match=r"left out: b\.png"):
        assert load("devices.tar", batch_size=1).num_images == 1


def test_an_encrypted_member_is_named(classes):
    pack("secret.zip", {"a.png": png()})
    content = bytearray(pathlib.Path("secret.zip").read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1  # the flag of encryption
    pathlib.Path("secret.zip").write_bytes(content)
    with pytest.raises(ValueError, match="is encrypted"):
        load("secret.zip", batch_size=1)


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz"])
def test_a_file_that_is_cut_short_is_refused(classes, ending):
    name = pack(f"packed{ending}", contents(classes / "set"))
    content = pathlib.Path(name).read_bytes()
    for length in (0, 10, len(content) // 2, len(content) * 3 // 5):
        pathlib.Path(f"cut{ending}").write_bytes(content[:length])
        with pytest.raises(ValueError, match="This file cannot be read: cut"):
            load(f"cut{ending}", batch_size=1)


def test_a_damaged_member_is_named(classes):
    name = pack("packed.zip", {"a.png": png(), "b.png": bytes(range(256)) * 4})
    content = bytearray(pathlib.Path(name).read_bytes())
    start = content.index(b"b.png") + 5
    content[start + 20] ^= 255
    pathlib.Path(name).write_bytes(content)
    with pytest.raises(ValueError, match=r"Received: b\.png: "):
        load(name, batch_size=1)


def test_a_few_bytes_do_not_become_very_many(classes, monkeypatch):
    pack("bomb.zip", {"a.png": bytes(2**21)})
    with pytest.raises(ValueError, match="too large") as raised:
        load("bomb.zip", batch_size=1)
    assert "a.png: 2,097,152 bytes" in str(raised.value)
    assert "containers.MAX_RATIO" in str(raised.value)
    pack("bomb.tar.gz", {"a.txt": bytes(2**22)})
    with pytest.raises(ValueError, match="MAX_RATIO times as large"):
        load("bomb.tar.gz", batch_size=1)
    monkeypatch.setattr(containers, "MAX_MEMBER_BYTES", 50)
    for ending in (".zip", ".tar", ".tar.gz"):
        name = pack(f"large{ending}", {"a.png": png()})
        with pytest.raises(ValueError, match="at most 50 bytes"):
            load(name, batch_size=1)


def test_long_names_and_many_members_do_not_fill_the_memory(classes, monkeypatch):
    name = pack("names.tar", {"a.png": png(), "x" * 3000 + ".png": png()})
    assert load(name, batch_size=1).num_images == 2
    monkeypatch.setattr(tars, "HEADER_BYTES", 2000)
    with pytest.raises(ValueError, match="a name of 3,"):
        load(name, batch_size=1)
    monkeypatch.setattr(containers, "MAX_MEMBERS", 1)
    name = pack("many.zip", {"a.png": png(), "b.png": png()})
    with pytest.raises(ValueError, match="too many members"):
        load(name, batch_size=1)


def test_a_compressed_tar_that_does_not_fit_in_memory_says_what_to_do(
    classes, monkeypatch
):
    monkeypatch.setattr(tars, "MAX_COMPRESSED_TAR_BYTES", 200)
    name = pack("packed.tar.gz", contents(classes / "set"))
    with pytest.raises(ValueError, match="gunzip"):
        load(name, batch_size=1)
    name = pack("packed.tar", contents(classes / "set"))
    assert load(name, batch_size=4).num_images == 12
